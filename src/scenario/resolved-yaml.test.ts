import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { PRESETS } from '../core/policy/presets/index.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import { resolvedYaml } from './resolved-yaml.ts';

/** A duration as people write it, from 1 ms up to `maxMs`. */
const duration = (maxMs: number) =>
  fc.oneof(
    fc.integer({ min: 1, max: maxMs }).map((ms) => `${ms}ms`),
    fc.integer({ min: 10, max: maxMs / 10 }).map((n) => `${n / 100}s`),
  );
const signed = fc.tuple(fc.constantFrom('', '-'), duration(10_000)).map((parts) => parts.join(''));
const range = fc
  .tuple(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 500, max: 9000 }))
  .map(([a, b]) => [`${a}ms`, `${b}ms`]);
const rate = fc
  .tuple(fc.integer({ min: 1, max: 9999 }), fc.constantFrom('s', 'm', 'h'))
  .map(([n, unit]) => `${n / 10}/${unit}`);
const share = fc.integer({ min: 1, max: 999 }).map((n) => `${n / 10}%`);
const plainText = fc.string({ unit: 'grapheme', maxLength: 30 }).filter((value) => !/\p{Cc}/u.test(value));

const jitter = fc.oneof(
  fc.constantFrom('none', 'full', 'equal'),
  duration(9000).map((full) => ({ full })),
  range.map((additive) => ({ additive })),
  fc
    .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 1, max: 3, noNaN: true }))
    .map((proportional) => ({ proportional })),
  fc.double({ min: 0, max: 1, noNaN: true }).map((backo2) => ({ backo2 })),
);
const growth = fc.oneof(
  fc.record({ growth: fc.constant('fixed'), base: duration(9000) }),
  fc.record({ growth: fc.constant('linear'), step: duration(9000) }, { requiredKeys: ['growth'] }),
  fc.record({
    growth: fc.constant('exponential'),
    base: duration(9000),
    factor: fc.double({ min: 1, max: 9, noNaN: true }),
  }),
  fc.record({
    growth: fc.constant('table'),
    delays: fc.array(duration(9000), { minLength: 1, maxLength: 5 }),
    then: fc.constantFrom('repeat', 'give-up'),
  }),
);
const action = fc.constantFrom('retry', 'retry-now', 'refresh', 'login', 'stop');
const parameters = fc.record(
  {
    preset: fc.constantFrom('none', ...Object.keys(PRESETS)),
    first: fc.oneof(fc.constant('none'), duration(9000), range),
    cap: fc.oneof(
      fc.constant('none'),
      duration(9000).map((cap) => cap.replace(/^/, '9')),
    ),
    capOn: fc.constantFrom('before-jitter', 'after-jitter', 'both'),
    jitter,
    jitterDrawn: fc.constantFrom('retry', 'client'),
    floor: fc.constant('1ms'),
    max: fc.oneof(fc.constant('unlimited'), fc.integer({ min: 0, max: 99 })),
    retryInitial: fc.boolean(),
    reset: fc.oneof(
      fc.constantFrom('open', 'ready'),
      duration(9000).map((stable) => ({ stable })),
    ),
    rules: fc.uniqueArray(
      fc.record(
        { on: fc.integer({ min: 1000, max: 4999 }), action, delay: duration(9000), counted: fc.boolean() },
        { requiredKeys: ['on', 'action'] },
      ),
      { maxLength: 4, selector: ({ on }) => on },
    ),
  },
  { requiredKeys: [] },
);
const backoff = fc.oneof(
  fc.constantFrom('none', ...Object.keys(PRESETS)),
  parameters,
  fc.tuple(parameters, growth).map(([keys, more]) => ({ ...keys, ...more })),
);
const fault = fc.oneof(
  fc.record({
    at: duration(20_000),
    for: duration(9000),
    share,
    refresh: fc.oneof(fc.constantFrom('refuse', 'hang'), fc.constant({ status: 503 })),
  }),
  fc.record({
    at: duration(20_000),
    share,
    spread: duration(9000),
    drop: fc.oneof(fc.constant('reset'), fc.record({ code: fc.constantFrom(1001, 1012, 4403), reason: plainText })),
  }),
  fc.record({ at: duration(20_000), clock: signed }),
);
const unlimited = fc.constant('unlimited');
const model = fc.record(
  {
    gateways: fc.integer({ min: 1, max: 250 }),
    handshakes: fc.oneof(rate, unlimited, fc.constant('0/s')),
    queue: fc.oneof(fc.nat(9999), unlimited),
    connections: fc.oneof(fc.integer({ min: 1, max: 9999 }), unlimited),
    refreshes: fc.oneof(rate, unlimited),
    refreshQueue: fc.oneof(fc.nat(9999), unlimited),
    service: fc.constantFrom('fixed', 'exponential'),
    latency: fc.oneof(
      duration(9000),
      fc.record({ exponential: duration(9000), floor: duration(9000) }, { requiredKeys: ['exponential'] }),
      fc.record({ mean: duration(9000), sd: duration(9000) }),
    ),
    loss: fc.oneof(fc.constant('0%'), share),
  },
  { requiredKeys: [] },
);
const file = fc.record(
  {
    duration: fc.integer({ min: 21, max: 3600 }).map((s) => `${s}s`),
    clients: fc.record(
      {
        count: fc.integer({ min: 100, max: 2e5 }),
        arrive: fc.oneof(
          duration(20_000).map((over) => ({ over })),
          duration(1000).map((over) => ({ over, process: 'poisson' })),
          fc.constantFrom('10000/s', '600000.5/m').map((perTime) => ({ rate: perTime, process: 'poisson' })),
        ),
        backoff,
        closeCodes: fc.dictionary(fc.constantFrom('4403', '4000-4999', '503', 'refused', '1000-1999', '1012'), action),
        connectTimeout: duration(9000),
        clockSkew: fc.oneof(
          signed,
          duration(9000).map((normal) => ({ normal })),
          range.map((uniform) => ({ uniform })),
        ),
        commands: fc.oneof(
          fc.constant('none'),
          fc
            .record({ rate: rate.map((r) => r.replace('/h', '/m')), ackTimeout: duration(9000) })
            .filter(({ rate: r }) => r.length < 6)
            .map((sent) => ({ ...sent, onReconnect: 'drop' })),
        ),
        heartbeat: fc.oneof(
          fc.constant('none'),
          fc.record({ every: duration(9000), timeout: duration(9000) }, { requiredKeys: ['every'] }),
        ),
        loop: fc.record({ rounds: fc.integer({ min: 1, max: 99 }), within: duration(9000) }, { requiredKeys: [] }),
      },
      { requiredKeys: ['count', 'arrive'] },
    ),
    name: fc.stringMatching(/^[A-Za-z0-9][\w.-]{0,20}$/),
    description: plainText,
    seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    target: fc.record({
      embedded: fc.record(
        {
          capacity: fc.record({ handshakes: rate, queue: fc.nat(9999), refreshes: rate }, { requiredKeys: [] }),
          onExpiry: fc.oneof(
            fc.constantFrom('close', 'notify', 'ignore'),
            duration(9000).map((notify) => ({ notify })),
          ),
          idempotent: fc.boolean(),
        },
        { requiredKeys: [] },
      ),
    }),
    tokens: fc.record(
      {
        lifetime: fc.integer({ min: 60, max: 9999 }).map((s) => `${s}s`),
        issued: fc.constantFrom('together', 'spread'),
        carrier: fc.constantFrom(
          'header',
          'message',
          { query: 'access_token' },
          { cookie: 't' },
          { subprotocol: { protocol: 'p' } },
        ),
        renewal: fc.constantFrom('reconnect', 'in-band'),
        refresh: fc.record(
          {
            lead: fc.oneof(
              duration(9000),
              fc.integer({ min: 1, max: 700 }).map((n) => `${n / 10}%`),
            ),
            jitter: fc.oneof(
              fc.constant('none'),
              fc.oneof(duration(5000), fc.constantFrom('0.5%', '1%')).map((uniform) => ({ uniform })),
            ),
            clock: fc.constantFrom('exp', 'ttl'),
            retry: backoff,
            keepOld: fc.boolean(),
            pooled: fc.boolean(),
          },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: [] },
    ),
    faults: fc.array(fault, { maxLength: 3 }),
    thresholds: fc.array(
      fc.oneof(fc.constant('ready > 5'), fc.constant({ expression: 'p99(handshake) < 2s', abort: true, grace: '5s' })),
      { maxLength: 3 },
    ),
    generator: fc.constantFrom({ workers: 2, maxLateness: '20ms' }, { giveUpAfter: '1m' }, { giveUpAfter: 'never' }),
    model,
  },
  { requiredKeys: ['duration', 'clients'] },
);

it('reads back as an equal scenario, whatever the scenario', () => {
  fc.assert(
    fc.property(file, (written) => {
      const scenario = parseScenario(stringify(written), 'some.yaml');
      expect(parseScenario(resolvedYaml(scenario), 'other.yaml')).toEqual(scenario);
    }),
    { numRuns: 300 },
  );
});

it('reads back a scenario with a URL target, with its files where they were', () => {
  const text = `
duration: 30s
target: { url: wss://staging.example.com/rt, allow: [Staging.Example.com, '::1'], rate: 20/s, messages: squall }
tokens: { carrier: message, keyFile: key.json, refresh: { url: https://staging.example.com/token, tokensFile: tokens.txt } }
clients: { count: 5, commands: { rate: 1/s } }
`;
  const scenario = parseScenario(text, '/home/me/staging.yaml');
  expect(scenario.tokens.keyFile).toBe('/home/me/key.json');
  expect(parseScenario(resolvedYaml(scenario), '/elsewhere/scenario.yaml')).toEqual(scenario);
});

it.each(Object.entries(PRESETS))('keeps the preset %s as it is, and its name', (name, { policy, connectTimeoutMs }) => {
  const { clients } = parseScenario(`duration: 30s\nclients: { count: 1, backoff: ${name} }`, 's.yaml');
  expect(clients).toMatchObject({ backoffName: name, connectTimeoutMs: connectTimeoutMs ?? 20_000 });
  expect(clients.backoff).toEqual(policy);
});

it.each([
  ['backoff: signalr, closeCodes: { 4403: stop }', 'signalr'],
  ['backoff: { preset: signalr, max: 9 }', 'custom'],
  ['backoff: none', 'none'],
  ['backoff: { base: 2s }', 'custom'],
])('calls the backoff of { %s } %s: only its rules may differ from those of its preset', (keys, name) => {
  const { clients } = parseScenario(`duration: 30s\nclients: { count: 1, ${keys} }`, 's.yaml');
  expect(clients.backoffName).toBe(name);
});

it('puts close codes before the rules of the preset, the narrower first, in place of those that they cover', () => {
  const text =
    'duration: 30s\nclients: { count: 1, backoff: centrifuge, closeCodes: { 3500-3999: retry, 3501: stop } }';
  expect(parseScenario(text, 's.yaml').clients.backoff.rules.slice(0, 3)).toEqual([
    { from: 3501, to: 3501, action: 'stop' },
    { from: 3500, to: 3999, action: 'retry' },
    { from: 1009, to: 1009, action: 'stop' },
  ]);
});
