import { trials } from '../trial.ts';
import { ONE_REFRESH } from './refresh.ts';

const only = (kind: string): readonly string[] => [`only the embedded target can carry out this ${kind} fault`];

/** A close or refusal is followed by one retry, successful or not. */
const ONE_RETRY = { growth: 'table', delays: ['300ms', '60s'], jitter: 'none', reset: { stable: '60s' } };

export const SERVICE_TRIALS = trials({
  'clocks of clients that are wrong': {
    duration: '3450ms',
    tokens: { lifetime: '6s', refresh: { lead: '4s' } },
    faults: [
      { at: '600ms', clock: '1s', cohort: ['0%', '40%'] },
      { at: '600ms', clock: '-1s', cohort: ['40%', '80%'] },
      { at: '600ms', clock: { drift: '300ms/s' }, cohort: ['80%', '100%'] },
    ],
    shows: { refreshed: 40, losses: { renewal: 40 } },
  },
  'a gateway whose clock is fast': {
    clients: { backoff: ONE_RETRY },
    faults: [{ at: '1500ms', for: '10s', clock: { of: 'gateway', offset: '100s' } }],
    without: { url: only('clock') },
    shows: { losses: { 'close-4401': 20 }, handshakes: { 'http-401': 40 } },
  },
  'a token service whose clock is slow': {
    // A client that computes lifetimes from `exp` would refresh again and again without a pause.
    tokens: { ...ONE_REFRESH, refresh: { ...ONE_REFRESH.refresh, clock: 'ttl' } },
    duration: '3600ms',
    clients: { backoff: ONE_RETRY },
    faults: [{ at: '1s', for: '10s', clock: { of: 'token-service', offset: '-30s' } }],
    without: { url: only('clock') },
    shows: { handshakes: { 'http-401': 60 } },
  },
  'a key set that cannot be fetched after a rotation': {
    tokens: ONE_REFRESH,
    duration: '3600ms',
    clients: { backoff: ONE_RETRY },
    faults: [
      { at: '800ms', for: '10s', keys: 'jwks-down' },
      { at: '1s', keys: 'rotate' },
    ],
    without: { url: only('keys') },
    shows: { refreshed: 60, handshakes: { 'http-401': 60 } },
  },
  'keys that are gone': {
    tokens: ONE_REFRESH,
    duration: '3600ms',
    clients: { backoff: ONE_RETRY },
    faults: [
      { at: '800ms', keys: 'rotate-without-overlap' },
      { at: '1200ms', for: '10s', keys: 'unknown-key' },
    ],
    without: { url: only('keys') },
    shows: { refreshed: 60, handshakes: { 'http-401': 60 } },
  },
  'sessions and rights that are taken away': {
    // With late acknowledgements, each client has commands under way when its session ends.
    target: { ackDelay: '400ms' },
    clients: { perUser: 2, commands: { rate: '10/s' } },
    faults: [
      { at: '1500ms', session: 'logout', cohort: ['0%', '20%'] },
      { at: '1500ms', session: 'compromised', cohort: ['20%', '40%'] },
      { at: '1500ms', session: 'disabled', cohort: ['40%', '60%'] },
      { at: '1500ms', session: 'role-removed', cohort: ['60%', '80%'] },
      { at: '1500ms', session: 'tenant-removed', cohort: ['80%', '100%'] },
      { at: '2500ms', session: 'compromised', cohort: ['0%', '20%'] },
    ],
    without: { url: only('session') },
    shows: {
      losses: { 'close-4401': 2, 'close-4403': 10 },
      stops: { 'logged-out': 12 },
      commands: { forbidden: true, stopped: true },
      sessions: { downgraded: 8 },
    },
  },
  'a gateway that polls for revocations': {
    // It asks 8 s into the run. A gateway that asked 8 s after its own start, which is 300 ms earlier or more, would miss
    // the fault at every pace of the trial.
    duration: '9200ms',
    // With late acknowledgements, each client has commands under way when its session ends. Commands of clients without
    // rights have no effect after the poll, so some are lost, whatever is on its way when connections are closed.
    target: { revocation: { poll: '8s' }, ackDelay: '400ms' },
    clients: { commands: { rate: '25/s' } },
    faults: [
      { at: '7s', session: 'role-removed', cohort: ['75%', '100%'] },
      { at: '7960ms', session: 'compromised', cohort: ['0%', '75%'] },
    ],
    without: { url: only('session') },
    shows: {
      losses: { 'close-4403': 15 },
      revocation: { closed: 15 },
      commands: { forbidden: true, stopped: true },
    },
  },
  'a gateway that hears of no revocation': {
    target: { revocation: 'none', authorization: 'connect' },
    clients: { commands: { rate: '10/s' } },
    faults: [
      { at: '1500ms', session: 'compromised', cohort: ['0%', '50%'] },
      { at: '1500ms', session: 'role-removed', cohort: ['50%', '100%'] },
    ],
    without: { url: only('session') },
    shows: {
      losses: {},
      revocation: { 'never-closed': 10 },
      unauthorized: { beforeAuth: false, expired: false, forbidden: true, revoked: true },
    },
  },
  'a gateway that crashes and remembers': {
    duration: '5s',
    target: { ackDelay: '500ms' },
    clients: {
      backoff: { growth: 'table', delays: ['2500ms', '60s'], jitter: 'none' },
      commands: { rate: '10/s', ackTimeout: '10s' },
    },
    faults: [{ at: '1500ms', for: '500ms', gateway: 'crash' }],
    without: { url: only('gateway') },
    shows: { losses: { reset: 20 }, recovered: 20 },
  },
  'a gateway that crashes and forgets': {
    duration: '5s',
    target: { ackDelay: '500ms' },
    clients: {
      backoff: { growth: 'table', delays: ['2500ms', '60s'], jitter: 'none' },
      commands: { rate: '10/s', ackTimeout: '10s' },
    },
    faults: [{ at: '1500ms', for: '500ms', gateway: { crash: { memory: 'lost' } } }],
    without: { url: only('gateway') },
    shows: { losses: { reset: 20 }, recovered: 20 },
  },
  'gateways that are replaced, and lose capacity': {
    duration: '7s',
    target: { gateways: 2, capacity: { handshakes: '200/s' } },
    faults: [
      { at: '1s', for: '4s', gateway: { rolling: { drain: '200ms' } } },
      { at: '5500ms', for: '1s', gateway: { capacity: '25%' } },
    ],
    without: { url: only('gateway') },
    shows: { faults: ['gateway rolling: 2 of 2', 'gateway capacity: 2 of 2'], losses: { 'close-1012': 30 } },
  },
  'commands of the user and a missing Toxiproxy': {
    duration: '2500ms',
    faults: [
      { at: '500ms', exec: [process.execPath, '-e', ''] },
      { at: '500ms', exec: [process.execPath, '-e', 'process.exit(1)'] },
      {
        at: '500ms',
        for: '500ms',
        toxiproxy: {
          url: 'http://127.0.0.1:1',
          proxy: 'gateway',
          toxic: { type: 'latency', attributes: { latency: 9 } },
        },
      },
    ],
    without: { sim: ['a command takes place in real time', 'there are no real connections for a proxy to spoil'] },
    shows: { final: { ready: 20 } },
  },
});
