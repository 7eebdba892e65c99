import { trials } from '../trial.ts';

/** All tokens fall due once, 2 s into the run; a request that fails is not tried again. */
export const ONE_REFRESH = { lifetime: '20s', refresh: { lead: '18s', retry: { base: '60s', jitter: 'none' } } };
/** The window of faults, well around the instant of that refresh. */
const WINDOW = { at: '1s', for: '2s' };

export const REFRESH_TRIALS = trials({
  'token requests that fail': {
    duration: '3600ms',
    tokens: ONE_REFRESH,
    faults: [
      { ...WINDOW, refresh: 'refuse', cohort: ['0%', '10%'] },
      { ...WINDOW, refresh: 'hang', cohort: ['10%', '20%'] },
      { ...WINDOW, refresh: 'reset', cohort: ['20%', '30%'] },
      { ...WINDOW, refresh: { status: 503 }, cohort: ['30%', '40%'] },
      { ...WINDOW, refresh: 'invalid-grant', cohort: ['40%', '50%'] },
      { ...WINDOW, refresh: { slow: '200ms' }, cohort: ['50%', '60%'] },
      { ...WINDOW, refresh: 'lost', cohort: ['60%', '70%'] },
      { ...WINDOW, refresh: 'malformed', cohort: ['70%', '80%'] },
    ],
    differs: {
      url: {
        why: 'the embedded token service keeps its port open to count the hits, so it resets; at the client the connection is refused',
        shows: { refreshes: { 'http-503': 2, 'invalid-grant': 2, malformed: 2, refused: 2, reset: 6 } },
      },
    },
    shows: { refreshes: { 'http-503': 2, 'invalid-grant': 2, malformed: 2, reset: 8 }, stops: { 'logged-out': 2 } },
  },
  'stale tokens': {
    duration: '3600ms',
    mints: true,
    // A client that computes lifetimes from `exp` would refresh again and again without a pause.
    tokens: { ...ONE_REFRESH, refresh: { ...ONE_REFRESH.refresh, clock: 'ttl' } },
    clients: { backoff: { growth: 'table', delays: ['300ms', '60s'], jitter: 'none', reset: { stable: '60s' } } },
    faults: [{ at: '1s', for: '10s', refresh: 'stale', cohort: ['0%', '50%'] }],
    shows: { faults: ['refresh stale: 30 of 30'], handshakes: { 'http-401': 30 } },
  },
  'tokens of another client': {
    duration: '3600ms',
    mints: true,
    // With late acknowledgements, each client has commands under way when it renews its connection.
    target: { accessLog: 'raw', ackDelay: '400ms' },
    tokens: { ...ONE_REFRESH, carrier: { query: 'access_token' } },
    clients: { commands: { rate: '10/s' } },
    // Half of the clients get the token of the next one, so the access log counts each of their subjects differently.
    faults: [{ ...WINDOW, refresh: 'wrong-subject', cohort: ['0%', '50%'] }],
    shows: { refreshed: 20, recovered: 20, commands: { forbidden: true } },
  },
  'tokens of a client whose session is over': {
    duration: '3600ms',
    tokens: ONE_REFRESH,
    // Clients 9 and 19 get tokens of clients 10 and 0, whose sessions are over: any other token would be accepted.
    faults: [
      { ...WINDOW, refresh: 'wrong-subject', cohort: ['45%', '50%'] },
      { ...WINDOW, refresh: 'wrong-subject', cohort: ['95%', '100%'] },
      { at: '1s', session: 'compromised', cohort: ['0%', '5%'] },
      { at: '1s', session: 'compromised', cohort: ['50%', '55%'] },
    ],
    without: { url: ['only the embedded target can carry out this session fault'] },
    shows: { handshakes: { 'http-403': 2 }, stops: { 'logged-out': 4 } },
  },
  'tokens of another client in band': {
    duration: '3600ms',
    mints: true,
    tokens: { ...ONE_REFRESH, renewal: 'in-band' },
    faults: [{ ...WINDOW, refresh: 'wrong-subject', share: '50%' }],
    shows: { losses: { 'close-4403': 10 }, stops: { 'logged-out': 10 } },
  },
});
