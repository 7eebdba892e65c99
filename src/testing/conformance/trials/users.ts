import { trials } from '../trial.ts';

/** Tokens due 2 s after they were issued. */
const DUE = { lifetime: '20s', refresh: { lead: '18s', retry: { base: '60s', jitter: 'none' } } };
/** Two devices for each of ten users, who share their tokens. */
const SHARED = { foreign: { sharesTokens: true } } as const;

export const USER_TRIALS = trials({
  'devices that share tokens from before the run': {
    ...SHARED,
    duration: '3400ms',
    clients: { perUser: 2 },
    tokens: { ...DUE, login: { rate: '50/s' } },
    // Two users get no other token; their devices go on with the one in hand.
    faults: [{ at: '0s', for: '60s', refresh: { status: 503 }, cohort: ['0%', '20%'] }],
    shows: {
      faults: ['refresh 503: 2 of 2'],
      loginsBefore: 10,
      loggedIn: 10,
      refreshesAsked: 10,
      refreshes: { 'http-503': 2 },
      refreshed: 8,
      losses: { renewal: 16 },
      ready: 36,
      final: { ready: 16, renewing: 4 },
    },
  },
  'devices that log in together': {
    ...SHARED,
    duration: '3400ms',
    clients: { perUser: 2, arrive: { over: '1s' } },
    tokens: { ...DUE, login: { during: 'run' } },
    // The second device of a user asks 50 ms after the first: it awaits the same answer, or has it at once.
    faults: [
      { at: '0s', for: '1500ms', refresh: { slow: '400ms' }, cohort: ['0%', '50%'] },
      { at: '0s', for: '1500ms', refresh: { status: 503 }, cohort: ['90%', '100%'] },
    ],
    shows: {
      faults: ['refresh slow: 5 of 5', 'refresh 503: 2 of 2'],
      logins: 11,
      loginFailures: { 'http-503': 2 },
      loggedIn: 9,
      refreshed: 9,
      recovered: 18,
      final: { 'fetching-token': 2, ready: 18 },
    },
  },
});
