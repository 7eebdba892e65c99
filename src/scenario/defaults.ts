/**
 * Every default of a scenario, spelled as in a file. The validator fills them in and the JSON Schema shows them; nobody
 * else knows one. A key that is not here has to be written.
 */
export const DEFAULTS = {
  scenario: {
    description: '',
    seed: 1,
    target: { embedded: {} },
    tokens: {},
    faults: [],
    thresholds: [],
    generator: {},
    model: {},
  },
  embedded: { capacity: {}, onExpiry: 'close', idempotent: true, ackDelay: '0s' },
  capacity: { handshakes: 'unlimited', queue: 'unlimited', refreshes: 'unlimited', refreshQueue: 'unlimited' },
  /** how long before the expiry a gateway says so when `onExpiry` is the bare word `notify` */
  notice: '5s',
  url: { allow: [], rate: '50/s', messages: 'none' },
  /** a foreign protocol has no frame that squall could guess */
  messages: { authenticate: '', authenticated: {}, authRefused: {}, command: '', ack: {}, ackId: '', expiring: {} },
  tokens: {
    lifetime: '5m',
    issued: 'spread',
    algorithm: 'ES256',
    carrier: 'header',
    renewal: 'reconnect',
    issuer: 'https://issuer.squall.test',
    audience: 'squall',
    refresh: {},
  },
  subprotocol: { prefix: '' },
  refresh: {
    lead: '20%',
    jitter: 'none',
    clock: 'exp',
    timeout: '10s',
    retry: {},
    keepOld: true,
    pooled: false,
  },
  clients: { arrive: { over: '10s' }, backoff: {}, clockSkew: '0s', commands: 'none' },
  /** from the dial to ready, for a client library that sets no time of its own */
  connectTimeout: '20s',
  commands: { ackTimeout: '5s', onReconnect: 'resend' },
  /** what a backoff consists of when no preset is named: full jitter under an exponential bound */
  backoff: {
    first: 'none',
    growth: 'exponential',
    base: '1s',
    factor: 2,
    step: '1s',
    then: 'repeat',
    cap: '30s',
    capOn: 'before-jitter',
    jitter: 'full',
    jitterDrawn: 'retry',
    floor: '0s',
    max: 'unlimited',
    retryInitial: true,
    reset: 'ready',
    rules: [],
  },
  fault: { share: '100%', spread: '0s', reason: '' },
  threshold: { abort: false, grace: '0s' },
  /** hundreds of refreshes that fall due at once keep two cores busy for some 200 ms, and that is no fault of theirs */
  generator: { workers: 'auto', maxLateness: '250ms' },
  /** the capacities are the target's */
  model: { gateways: 1, connections: 'unlimited', service: 'fixed', latency: '1ms', loss: '0%' },
  latency: { floor: '0s' },
} as const;
