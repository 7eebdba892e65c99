import fc from 'fast-check';

/** Durations and rates as text, as in a file. */
const ms = (min: number, max: number): fc.Arbitrary<string> => fc.integer({ min, max }).map((n) => `${n}ms`);
const perSecond = (min: number, max: number): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min, max }).map((n) => `${n}/s`) },
    { weight: 1, arbitrary: fc.constant('unlimited') },
  );
const share = fc.integer({ min: 1, max: 100 }).map((n) => `${n}%`);

/** Shortest duration of a run; faults begin before it. */
const SHORTEST_MS = 4000;
/** Shortest lifetime of a token; leads, jitters and notices stay below it. */
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

type Says = Readonly<Record<string, fc.Arbitrary<unknown>>>;

/** A fault with these keys, at a random time on a random share of clients. */
function faultOf(says: Says): fc.Arbitrary<object> {
  const plan = fc.record({ at: ms(0, SHORTEST_MS - 1), share, cohort, atLeast, spread: ms(0, 1000) });
  return fc.tuple(plan, repeat, fc.record(says)).map((parts) => Object.assign({}, ...parts) as object);
}

/** A fault with these keys, on a random share of gateways. */
function gatewayFaultOf(says: Says): fc.Arbitrary<object> {
  const plan = fc.record({ at: ms(0, SHORTEST_MS - 1), share, atLeast });
  return fc.tuple(plan, repeat, fc.record(says)).map((parts) => Object.assign({}, ...parts) as object);
}

/** A fault with these keys, on what all clients share. */
function serviceFaultOf(says: Says): fc.Arbitrary<object> {
  const plan = fc.record({ at: ms(0, SHORTEST_MS - 1), atLeast });
  return fc.tuple(plan, repeat, fc.record(says)).map((parts) => Object.assign({}, ...parts) as object);
}

const lasts = { for: ms(1, 3000) };
const LONGEST_DRAIN_MS = 500;
const mayLast = { for: fc.oneof(fc.constant('0s'), ms(1, 3000)) };
const clockError = fc.constantFrom({ offset: '2s' }, { offset: '-2s', drift: '50ms/s' }, { drift: '-100ms/s' });

/** At least one fault of each kind, in every mode that virtual time supports. */
const fault = fc.oneof(
  faultOf({ drop: fc.constantFrom('reset', 'garbage', { code: 1012 }, { code: 4401 }) }),
  faultOf({
    ...lasts,
    refresh: fc.oneof(
      fc.constantFrom('refuse', 'hang', 'reset', 'invalid-grant', 'lost', 'malformed', 'stale', 'wrong-subject'),
      fc.constantFrom({ status: 503 }, { status: 429, retryAfter: 2 }),
      fc.record({ slow: latency }),
    ),
  }),
  faultOf({
    ...lasts,
    handshake: fc.oneof(
      fc.constantFrom('refuse', 'hang', { status: 401 }, { status: 503 }),
      fc.record({ slow: latency }),
      fc.record({ 'accept-then-close': fc.record({ code: fc.constantFrom(4401, 1013), after: ms(0, 500) }) }),
    ),
  }),
  faultOf({
    ...lasts,
    link: fc.oneof(fc.constantFrom('silent', 'stall', 'duplicate'), fc.record({ latency })),
  }),
  faultOf({ ...mayLast, age: fc.record({ limit: ms(200, 3000), jitter: ms(0, 1000) }) }),
  faultOf({ clock: fc.constantFrom('3s', '-3s', '500ms') }),
  faultOf({ ...mayLast, clock: clockError }),
  serviceFaultOf({
    ...mayLast,
    clock: fc.tuple(fc.constantFrom('token-service', 'gateway'), clockError).map(([of, error]) => ({ of, ...error })),
  }),
  serviceFaultOf({ keys: fc.constantFrom('rotate', 'rotate-without-overlap') }),
  serviceFaultOf({ ...lasts, keys: fc.constantFrom('jwks-down', 'unknown-key') }),
  faultOf({ session: fc.constantFrom('logout', 'compromised', 'disabled', 'role-removed', 'tenant-removed') }),
  gatewayFaultOf({
    ...lasts,
    gateway: fc.constantFrom('crash', { crash: { memory: 'lost' } }, { capacity: '20%' }),
    spread: ms(0, 1000),
  }),
  // Long enough to drain all gateways one after the other.
  gatewayFaultOf({
    for: ms(4 * LONGEST_DRAIN_MS, 4000),
    gateway: fc.record({ rolling: fc.record({ drain: ms(0, LONGEST_DRAIN_MS) }) }),
  }),
);

const tokens = fc.record({
  lifetime: ms(SHORTEST_LIFE_MS, 20_000),
  issued: fc.constantFrom('together', 'spread'),
  carrier: fc.constantFrom('header', 'message'),
  renewal: fc.constantFrom('reconnect', 'in-band'),
  refresh: fc.record({
    trigger: fc.constantFrom('timer', 'timer', 'connect', 'never'),
    lead: fc.constantFrom('20%', '500ms'),
    jitter: fc.oneof(fc.constant('none'), fc.record({ uniform: ms(0, 500) })),
    clock: fc.constantFrom('exp', 'ttl'),
    timeout: ms(100, 3000),
    keepOld: fc.boolean(),
    pooled: fc.boolean(),
    retry: fc.record({ base: ms(100, 1000), max: fc.oneof(fc.constant('unlimited'), fc.nat(3)) }),
  }),
});

const commands = fc.record({
  rate: fc.integer({ min: 1, max: 20 }).map((n) => `${n}/s`),
  ackTimeout: ms(50, 2000),
  onReconnect: fc.constantFrom('resend', 'drop'),
  beforeAuth: fc.boolean(),
});

const clients = fc.record({
  count: fc.integer({ min: 1, max: 40 }),
  perUser: fc.integer({ min: 2, max: 4 }),
  arrive: fc.record({ over: ms(0, SHORTEST_MS - 1) }),
  backoff,
  connectTimeout: ms(100, 3000),
  clockSkew: fc.oneof(fc.constantFrom('0s', '-1s'), fc.record({ normal: ms(0, 2000) })),
  heartbeat: fc.oneof(fc.constant('none'), fc.record({ every: ms(100, 2000), timeout: ms(50, 1000) })),
  loop: fc.record({ rounds: fc.integer({ min: 1, max: 20 }), within: ms(100, 10_000) }),
  commands: fc.oneof(fc.constant('none'), commands),
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
  revocation: fc.oneof(fc.constantFrom('none', 'push'), fc.record({ poll: ms(100, 2000) })),
  authorization: fc.constantFrom('connect', 'command'),
  reauthentication: fc.constantFrom('replaces', 'ignored'),
  beforeAuth: fc.constantFrom('refused', 'accepted'),
  badToken: fc.constantFrom('refused', 'anonymous'),
  closes: fc.constantFrom('guided', 'bare'),
  reuseDetection: fc.constantFrom('strict', 'grace', 'off'),
});

const model = fc.record({
  gateways: fc.integer({ min: 1, max: 4 }),
  connections: fc.oneof(fc.constant('unlimited'), fc.integer({ min: 1, max: 20 })),
  service: fc.constantFrom('fixed', 'exponential'),
  latency,
  loss: fc.constantFrom('0%', '5%', '60%'),
});

interface Parts {
  readonly target: { readonly embedded: { readonly capacity: { readonly handshakes: string } } };
  readonly tokens: { readonly carrier: unknown };
  readonly clients: { readonly commands: unknown };
  readonly faults: readonly object[];
}

/** The scenario as in a file, without contradictions. */
function textOf(parts: Parts): string {
  const { commands: planned } = parts.clients;
  // Only a token in the first message leaves a time before its answer.
  const mayHurry = parts.tokens.carrier === 'message' || typeof planned !== 'object';
  const sent = mayHurry ? planned : { ...planned, beforeAuth: false };
  const unlimited = parts.target.embedded.capacity.handshakes === 'unlimited';
  const possible = parts.faults.filter((one) => !(unlimited && JSON.stringify(one).includes('"capacity"')));
  return JSON.stringify({ ...parts, clients: { ...parts.clients, commands: sent }, faults: possible });
}

const common = { seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }), target: fc.record({ embedded }), tokens, model };

/** Small scenarios of all kinds, as the text of a file. */
export const randomScenario: fc.Arbitrary<string> = fc
  .record({
    ...common,
    duration: ms(SHORTEST_MS, 12_000),
    clients,
    faults: fc.array(fault, { maxLength: 4 }),
  })
  .map(textOf);

/** Random scenarios with commands and many overlapping faults. */
export const randomFaultPlan: fc.Arbitrary<string> = fc
  .record({
    ...common,
    duration: fc.oneof({ weight: 9, arbitrary: ms(SHORTEST_MS, 15_000) }, { weight: 1, arbitrary: ms(30_000, 60_000) }),
    clients: fc
      .tuple(clients, fc.integer({ min: 20, max: 60 }), commands)
      .map(([some, count, sent]) => ({ ...some, count, commands: sent })),
    faults: fc.array(fault, { minLength: 1, maxLength: 10 }),
  })
  .map(textOf);
