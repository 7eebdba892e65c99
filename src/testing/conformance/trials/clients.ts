import { trials } from '../trial.ts';
import { ONE_REFRESH } from './refresh.ts';

export const CLIENT_TRIALS = trials({
  'tokens in cookies, commands that are dropped': {
    target: { accessLog: 'scrubbed', ackDelay: '400ms' },
    tokens: { carrier: { cookie: 'session' } },
    clients: { clockSkew: { uniform: ['-5s', '5s'] }, commands: { rate: '10/s', onReconnect: 'drop' } },
    // Each client gives up commands of both kinds: of those sent before the silence it misses the late acknowledgements
    // (`unexpected`), and those sent into it have no effect (`lost`). Without the silence, the speed of the machine would
    // decide whether a command is on its way to the gateway at the instant of the reset, and lost.
    faults: [
      { at: '1300ms', for: '300ms', link: 'silent' },
      { at: '1500ms', drop: 'reset' },
    ],
    shows: {
      losses: { reset: 20 },
      recovered: 20,
      ledger: {
        due: true,
        sent: true,
        skipped: true,
        acknowledged: true,
        gaveUp: true,
        lost: true,
        duplicated: false,
        unexpected: true,
      },
      commands: { 'connection-lost': true, 'not-connected': true },
    },
  },
  'tokens in subprotocols, commands that are sent again': {
    tokens: { carrier: { subprotocol: { protocol: 'app', prefix: 'token.' } } },
    clients: { clockSkew: { normal: '1s' }, commands: { rate: '10/s', onReconnect: 'resend' } },
    faults: [{ at: '1500ms', drop: 'reset' }],
    shows: { losses: { reset: 20 }, recovered: 20 },
  },
  'clients that hang up when a refresh fails, by lifetimes': {
    tokens: { ...ONE_REFRESH, refresh: { ...ONE_REFRESH.refresh, clock: 'ttl', keepOld: false } },
    duration: '3600ms',
    clients: { clockSkew: '30s' },
    faults: [{ at: '1s', for: '2s', refresh: { status: 503 }, cohort: ['0%', '50%'] }],
    shows: { losses: { renewal: 20 }, refreshed: 10, final: { 'fetching-token': 10, ready: 10 } },
  },
  'tokens issued over a lifetime': {
    tokens: { lifetime: '60s', issued: 'spread', refresh: { lead: '30s' } },
    shows: { refreshed: 10 },
  },
});
