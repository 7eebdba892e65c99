import { trials } from '../trial.ts';

/** A backoff that no ready connection resets, so a client has one retry in all. */
const ONE_RETRY = { growth: 'table', delays: ['300ms', '60s'], jitter: 'none', reset: { stable: '60s' } };

export const CONNECTION_TRIALS = trials({
  'upgrades that fail': {
    clients: { backoff: ONE_RETRY },
    faults: [
      { at: '1200ms', drop: { code: 1012 } },
      { at: '800ms', for: '2s', handshake: 'refuse', cohort: ['0%', '20%'] },
      { at: '800ms', for: '2s', handshake: 'hang', cohort: ['20%', '40%'] },
      { at: '800ms', for: '2s', handshake: { status: 503, retryAfter: 2 }, cohort: ['40%', '60%'] },
      { at: '800ms', for: '2s', handshake: { slow: '200ms' }, cohort: ['60%', '80%'] },
      {
        at: '800ms',
        for: '2s',
        handshake: { 'accept-then-close': { code: 4000, after: '200ms' } },
        cohort: ['80%', '100%'],
      },
    ],
    differs: {
      url: {
        why: 'the embedded gateway keeps its port open to other clients, so it resets; at the client the connection is refused',
        shows: { handshakes: { 'http-503': 4, refused: 4, reset: 4 } },
      },
    },
    shows: { handshakes: { 'http-503': 4, reset: 8 }, losses: { 'close-1012': 20, 'close-4000': 4 } },
  },
  'connections that end, some of them for good': {
    faults: [
      { at: '1s', drop: { code: 4403 }, cohort: ['0%', '25%'] },
      { at: '1s', drop: { code: 1012 }, cohort: ['25%', '50%'] },
      { at: '1s', drop: 'garbage', cohort: ['50%', '75%'] },
      { at: '1s', drop: 'reset', cohort: ['75%', '100%'] },
      { at: '2500ms', drop: 'reset' },
    ],
    shows: {
      faults: [
        'drop 4403: 5 of 5',
        'drop 1012: 5 of 5',
        'drop garbage: 5 of 5',
        'drop reset: 5 of 5',
        'drop reset: 15 of 20, 5 not-connected',
      ],
      losses: { 'bad-frame': 5, 'close-1012': 5, 'close-4403': 5, reset: 20 },
    },
  },
  'connections that reach an age': {
    duration: '5500ms',
    faults: [
      { at: '0s', for: '4400ms', age: '1s', cohort: ['0%', '50%'] },
      // The connections are older than the limit when the fault begins, and reach it once more before it ends.
      { at: '2s', for: '1800ms', age: { limit: '1s', code: 4000 }, cohort: ['50%', '75%'] },
      { at: '0s', for: '4400ms', age: { limit: '1s', jitter: '3500ms', code: 4001 }, cohort: ['75%', '100%'] },
    ],
    shows: {
      losses: { 'close-1001': 30, 'close-4000': 10, 'close-4001': 6 },
      final: { ready: 20 },
    },
  },
  'connections that end while their clients hear nothing': {
    faults: [
      { at: '1s', for: '1s', link: 'silent' },
      { at: '1400ms', drop: { code: 1012 }, cohort: ['0%', '25%'] },
      { at: '1400ms', drop: 'garbage', cohort: ['25%', '50%'] },
      { at: '1400ms', drop: 'reset', cohort: ['50%', '75%'] },
      { at: '1700ms', drop: 'reset', cohort: ['0%', '25%'] },
    ],
    shows: {
      faults: [
        'link silent: 20 of 20',
        'drop 1012: 5 of 5',
        'drop garbage: 5 of 5',
        'drop reset: 5 of 5',
        'drop reset: 0 of 5, 5 not-connected',
      ],
      losses: { 'bad-frame': 5, 'close-1012': 5, reset: 5 },
      recovered: 15,
    },
  },
  'networks with faults': {
    target: { idempotent: false },
    clients: { heartbeat: { every: '400ms', timeout: '800ms' }, commands: { rate: '5/s', ackTimeout: '3s' } },
    faults: [
      { at: '1s', for: '2500ms', link: 'silent', cohort: ['0%', '25%'] },
      { at: '1s', for: '2500ms', link: 'stall', cohort: ['25%', '50%'] },
      { at: '1s', for: '2500ms', link: { latency: '100ms' }, cohort: ['50%', '75%'] },
      { at: '1s', for: '2500ms', link: 'duplicate', cohort: ['75%', '100%'] },
    ],
    duration: '4500ms',
    shows: { losses: { silent: 10 }, recovered: 10, final: { ready: 20 } },
  },
  'network faults that the model does not support': {
    clients: { commands: { rate: '5/s' } },
    faults: [
      { at: '1s', for: '1s', link: { bandwidth: '10kB/s' }, cohort: ['0%', '50%'] },
      { at: '1s', for: '1s', link: 'reorder', cohort: ['50%', '100%'] },
    ],
    without: {
      sim: ['modelled messages have no size', 'nothing in the model depends on the order of messages'],
    },
    shows: { faults: ['link bandwidth: 10 of 10', 'link reorder: 10 of 10'], losses: {} },
  },
});
