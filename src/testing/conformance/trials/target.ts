import { trials } from '../trial.ts';
import { ONE_REFRESH } from './refresh.ts';

const COMMANDS = { rate: '10/s' };
/** A fault after which no client gets another token. */
const NO_TOKENS = { at: '0s', for: '60s', refresh: { status: 503 } };
const RETRY_NEVER = { base: '60s', jitter: 'none' };
/** Clients with slow clocks, which present tokens that expired 1 s before. */
const EXPIRED = {
  duration: '4500ms',
  tokens: { lifetime: '2s' },
  clients: { clockSkew: '-60s', commands: COMMANDS },
  faults: [{ at: '3s', drop: { code: 1012 } }],
};
/** A token is presented in band every 1.6 s: twice before the first one expires, 4 s into the run. */
const IN_BAND = {
  duration: '4600ms',
  tokens: { lifetime: '4s', renewal: 'in-band', refresh: { lead: '2400ms' } },
};
/** The answer to the first request of each client is lost; the second comes when the fault is over. */
const LOST = {
  duration: '4s',
  tokens: {
    ...ONE_REFRESH,
    refresh: { lead: '18s', retry: { growth: 'table', delays: ['1s', '60s'], jitter: 'none' } },
  },
  faults: [{ at: '1s', for: '1500ms', refresh: 'lost' }],
};

export const TARGET_TRIALS = trials({
  'a gateway with a queue': {
    duration: '4500ms',
    target: { capacity: { handshakes: '1/s', queue: 4 } },
    clients: { arrive: { over: '0s' }, connectTimeout: '20s' },
    shows: { handshakes: { 'http-503': 30 }, ready: 4 },
  },
  'a token service with a queue': {
    duration: '4500ms',
    target: { capacity: { refreshes: '1/s', refreshQueue: 4 } },
    tokens: { ...ONE_REFRESH, refresh: { ...ONE_REFRESH.refresh, pooled: true } },
    shows: { refreshes: { 'http-503': 15 }, refreshed: 2 },
  },
  'expiry that closes without a reason': {
    target: { onExpiry: 'close', closes: 'bare' },
    tokens: { lifetime: '2s', algorithm: 'EdDSA', refresh: { lead: '1s', retry: RETRY_NEVER } },
    faults: [NO_TOKENS],
    shows: { losses: { reset: 20 }, expiryNotices: { unnoticed: 20 } },
  },
  'expiry that closes with a reason': {
    target: { onExpiry: 'close', closes: 'guided' },
    tokens: { lifetime: '2s', algorithm: 'HS256', refresh: { lead: '1s', retry: RETRY_NEVER } },
    faults: [NO_TOKENS],
    shows: { losses: { 'close-4401': 20 }, expiryNotices: { noticed: 20 } },
  },
  'tokens that clients ask for when they connect': {
    tokens: { lifetime: '2s', refresh: { trigger: 'connect', lead: '200ms' } },
    shows: { losses: { 'close-4401': 20 }, refreshed: 20, recovered: 20 },
  },
  'tokens that are presented again': {
    tokens: { lifetime: '2s', refresh: { trigger: 'never' } },
    shows: { losses: { 'close-4401': 20 }, handshakes: { 'http-401': 20 }, refreshed: 0, recovered: 0 },
  },
  'expiry that is announced': {
    target: { onExpiry: { notify: '2s' } },
    tokens: { lifetime: '4s', algorithm: 'RS256', refresh: { lead: '500ms', retry: RETRY_NEVER } },
    duration: '3500ms',
    shows: { losses: { renewal: 20 }, refreshed: 20, expiryNotices: { noticed: 20 } },
  },
  'expiry that is ignored': {
    target: { onExpiry: 'ignore' },
    tokens: { lifetime: '2s', refresh: { lead: '1s', retry: RETRY_NEVER } },
    clients: { commands: COMMANDS },
    faults: [NO_TOKENS],
    shows: {
      losses: {},
      expiryNotices: { unnoticed: 20 },
      unauthorized: { beforeAuth: false, expired: true, forbidden: false, revoked: false },
    },
  },
  'in-band tokens that replace the one before': {
    target: { reauthentication: 'replaces' },
    ...IN_BAND,
    shows: { losses: {}, refreshed: 40 },
  },
  'in-band tokens that are ignored': {
    target: { reauthentication: 'ignored' },
    ...IN_BAND,
    shows: { losses: { 'close-4401': 20 }, recovered: 20 },
  },
  'commands before authentication that are refused': {
    target: { beforeAuth: 'refused' },
    tokens: { carrier: 'message' },
    // While a client waits for its retry, a command falls due: it is sent before the token is accepted.
    clients: {
      commands: { rate: '1/s', beforeAuth: true },
      backoff: { growth: 'table', delays: ['1200ms', '60s'], jitter: 'none' },
    },
    faults: [{ at: '1s', drop: { code: 1012 } }],
    unsized: {
      why: 'whether a client has a command to send at its first connection depends on how long that takes to open',
      figures: ['faults', 'losses', 'handshakes', 'ready'],
    },
    shows: { recovered: 0, final: { waiting: 20 } },
  },
  'commands before authentication that are accepted': {
    target: { beforeAuth: 'accepted' },
    tokens: { carrier: 'message' },
    clients: { commands: { rate: '50/s', beforeAuth: true } },
    faults: [{ at: '1s', drop: { code: 1012 } }],
    shows: {
      recovered: 20,
      unauthorized: { beforeAuth: true, expired: false, forbidden: false, revoked: false },
    },
  },
  'bad tokens that are refused': {
    target: { onExpiry: 'ignore', badToken: 'refused', ackDelay: '400ms' },
    ...EXPIRED,
    shows: { handshakes: { 'http-401': 20 }, refreshed: 20 },
  },
  'bad tokens that are accepted as anonymous': {
    target: { onExpiry: 'ignore', badToken: 'anonymous', ackDelay: '400ms' },
    ...EXPIRED,
    shows: { sessions: { anonymous: 20 } },
  },
  'refresh tokens used twice end the session': {
    target: { reuseDetection: 'strict' },
    ...LOST,
    shows: { loggedOutByReuse: 20, stops: { 'logged-out': 20 } },
  },
  'refresh tokens used twice have a grace': {
    target: { reuseDetection: 'grace' },
    ...LOST,
    shows: { loggedOutByReuse: 0, refreshed: 20 },
  },
  'refresh tokens used twice keep working': {
    target: { reuseDetection: 'off' },
    ...LOST,
    // With a grace, half of the clients would be logged out: see the trial of the grace.
    sharedSessions: true,
    shows: { loggedOutByReuse: 0, refreshed: 20, stops: {} },
  },
  'refresh tokens of one session held by two clients': {
    target: { reuseDetection: 'grace' },
    duration: '3600ms',
    tokens: ONE_REFRESH,
    sharedSessions: true,
    differs: {
      url: {
        why: 'only a file of refresh tokens can hold two tokens of one session; each client of a run has its own session',
        shows: {
          refreshed: 10,
          recovered: 10,
          refreshes: { 'invalid-grant': 10 },
          loggedOutByReuse: 10,
          stops: { 'logged-out': 10 },
          losses: { 'invalid-grant': 10, renewal: 10 },
          expiryNotices: { noticed: 10 },
          ready: 30,
          final: { ready: 10, stopped: 10 },
        },
      },
    },
    shows: { loggedOutByReuse: 0, refreshed: 20 },
  },
});
