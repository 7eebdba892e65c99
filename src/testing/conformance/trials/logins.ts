import { trials } from '../trial.ts';

/** Clients arrive without a token over a second, and log in; those of the second half meet the faults. */
const ARRIVALS = { arrive: { over: '1s' } };
const WINDOW = { at: '250ms', for: '1250ms' };

export const LOGIN_TRIALS = trials({
  'clients that log in through an outage': {
    duration: '3400ms',
    clients: ARRIVALS,
    // A failed login is tried again at 2 s at the earliest, when clients of the first half refresh, too.
    tokens: {
      lifetime: '20s',
      login: { during: 'run' },
      refresh: { lead: '18s', retry: { growth: 'fixed', base: '1500ms', jitter: 'none' } },
    },
    faults: [{ ...WINDOW, refresh: { status: 503 }, cohort: ['50%', '100%'] }],
    shows: {
      faults: ['refresh 503: 10 of 10'],
      logins: 30,
      loginFailures: { 'http-503': 10 },
      refreshed: 10,
      recovered: 10,
      ready: 30,
      final: { ready: 20 },
    },
  },
  'logins that fail': {
    duration: '2600ms',
    clients: ARRIVALS,
    tokens: { login: { during: 'run' }, refresh: { retry: { base: '60s', jitter: 'none' } } },
    faults: [
      { ...WINDOW, refresh: 'invalid-grant', cohort: ['50%', '60%'] },
      { ...WINDOW, refresh: 'reset', cohort: ['60%', '70%'] },
      { ...WINDOW, refresh: { slow: '200ms' }, cohort: ['70%', '80%'] },
      { ...WINDOW, refresh: 'lost', cohort: ['80%', '90%'] },
      { ...WINDOW, refresh: 'malformed', cohort: ['90%', '100%'] },
    ],
    shows: {
      logins: 20,
      loginFailures: { 'invalid-grant': 2, malformed: 2, reset: 4 },
      stops: { 'logged-out': 2 },
      final: { 'fetching-token': 6, ready: 12, stopped: 2 },
    },
  },
});
