import fc from 'fast-check';

/** Letters for durations and rates, so that what is drawn is what a file would say. */
const ms = (min: number, max: number): fc.Arbitrary<string> => fc.integer({ min, max }).map((n) => `${n}ms`);
const perSecond = (min: number, max: number): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min, max }).map((n) => `${n}/s`) },
    { weight: 1, arbitrary: fc.constant('unlimited') },
  );
const share = fc.integer({ min: 1, max: 100 }).map((n) => `${n}%`);

/** Every run is at least this long, so whatever begins before it begins in time. */
const SHORTEST_MS = 4000;
/** Every token lives at least this long; leads, jitters and notices stay below it. */
const SHORTEST_LIFE_MS = 2000;

const backoff = fc.oneof(
  fc.constantFrom(
    'socket.io-client',
    'graphql-ws',
    'centrifuge',
    'signalr',
    'phoenix',
    'reconnecting-websocket',
    'rfc6455',
  ),
  fc.record({
    base: ms(50, 2000),
    jitter: fc.constantFrom('none', 'full', 'equal', 'decorrelated'),
    reset: fc.constantFrom('open', 'ready', 'first-message'),
    max: fc.oneof(fc.constant('unlimited'), fc.nat(5)),
  }),
);

const latency = fc.oneof(
  ms(1, 300),
  fc.record({ exponential: ms(1, 100), floor: ms(0, 50) }),
  fc.record({ mean: ms(1, 100), sd: ms(0, 50) }),
);

/** Longer than `for` and `spread` together: no fault begins again before it is over. */
const repeat = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.record({
      every: ms(4000, 6000),
      times: fc.oneof(fc.constant('unlimited'), fc.integer({ min: 1, max: 3 })),
    }),
  },
);
const cohort = fc.constantFrom(['0%', '100%'], ['0%', '50%'], ['25%', '75%'], ['90%', '100%']);
const atLeast = fc.constantFrom('0%', '90%', '100%');

/** A fault that says this, at whatever time and on whomever. */
function faultOf(says: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<object> {
  const plan = fc.record({ at: ms(0, SHORTEST_MS - 1), share, cohort, atLeast, spread: ms(0, 1000) });
  return fc.tuple(plan, repeat, fc.record(says)).map((parts) => Object.assign({}, ...parts) as object);
}

const fault = fc.oneof(
  faultOf({ drop: fc.constantFrom('reset', { code: 1012 }, { code: 4401 }) }),
  faultOf({ for: ms(1, 3000), refresh: fc.constantFrom('refuse', 'hang', { status: 503 }) }),
  faultOf({ clock: fc.constantFrom('3s', '-3s', '500ms') }),
);

const tokens = fc.record({
  lifetime: ms(SHORTEST_LIFE_MS, 20_000),
  issued: fc.constantFrom('together', 'spread'),
  carrier: fc.constantFrom('header', 'message'),
  renewal: fc.constantFrom('reconnect', 'in-band'),
  refresh: fc.record({
    lead: fc.constantFrom('20%', '500ms'),
    jitter: fc.oneof(fc.constant('none'), fc.record({ uniform: ms(0, 500) })),
    clock: fc.constantFrom('exp', 'ttl'),
    timeout: ms(100, 3000),
    keepOld: fc.boolean(),
    pooled: fc.boolean(),
    retry: fc.record({ base: ms(100, 1000), max: fc.oneof(fc.constant('unlimited'), fc.nat(3)) }),
  }),
});

const clients = fc.record({
  count: fc.integer({ min: 1, max: 40 }),
  arrive: fc.record({ over: ms(0, SHORTEST_MS - 1) }),
  backoff,
  connectTimeout: ms(100, 3000),
  clockSkew: fc.oneof(fc.constantFrom('0s', '-1s'), fc.record({ normal: ms(0, 2000) })),
  heartbeat: fc.oneof(fc.constant('none'), fc.record({ every: ms(100, 2000), timeout: ms(50, 1000) })),
  loop: fc.record({ rounds: fc.integer({ min: 1, max: 20 }), within: ms(100, 10_000) }),
  commands: fc.oneof(
    fc.constant('none'),
    fc.record({
      rate: fc.integer({ min: 1, max: 20 }).map((n) => `${n}/s`),
      ackTimeout: ms(50, 2000),
      onReconnect: fc.constantFrom('resend', 'drop'),
    }),
  ),
});

const embedded = fc.record({
  capacity: fc.record({
    handshakes: perSecond(1, 200),
    queue: fc.oneof(fc.constant('unlimited'), fc.nat(20)),
    refreshes: perSecond(1, 200),
    refreshQueue: fc.oneof(fc.constant('unlimited'), fc.nat(20)),
  }),
  onExpiry: fc.oneof(fc.constantFrom('close', 'ignore'), fc.record({ notify: ms(1, 1000) })),
  idempotent: fc.boolean(),
  ackDelay: ms(0, 500),
});

const model = fc.record({
  gateways: fc.integer({ min: 1, max: 4 }),
  connections: fc.oneof(fc.constant('unlimited'), fc.integer({ min: 1, max: 20 })),
  service: fc.constantFrom('fixed', 'exponential'),
  latency,
  loss: fc.constantFrom('0%', '5%', '60%'),
});

/** Small scenarios of all kinds, as the text of a file. */
export const randomScenario: fc.Arbitrary<string> = fc
  .record({
    seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    duration: ms(SHORTEST_MS, 12_000),
    target: fc.record({ embedded }),
    tokens,
    clients,
    model,
    faults: fc.array(fault, { maxLength: 4 }),
  })
  .map((scenario) => JSON.stringify(scenario));
