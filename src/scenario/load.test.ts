import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseScenario } from './load.ts';
import { ScenarioError } from './problem.ts';

/** The lines of the error for a scenario called s.yaml. */
function complaints(text: string, sets: readonly string[] = []): string[] {
  try {
    parseScenario(text, 's.yaml', { sets });
  } catch (error) {
    if (error instanceof ScenarioError) return error.message.split('\n');
    throw error;
  }
  return [];
}

/** The least that a scenario has to say, on lines 1 and 2. */
const LEAST = 'duration: 30s\nclients: { count: 100 }\n';

describe('YAML that is none, or too much', () => {
  it.each([
    ['nothing at all', '', '1:1: nothing in it — write a scenario, or make one with `squall init`'],
    ['comments alone', '# soon\n', '1:1: nothing in it — write a scenario, or make one with `squall init`'],
    [
      'an unclosed list',
      'faults: [1, 2',
      '1:14: not valid YAML — Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['a tab for a space', 'a:\n\tb: 1', '2:1: not valid YAML — Tabs are not allowed as indentation'],
    [
      'an unknown tag',
      'name: !!python/object x',
      '1:7: not valid YAML — Unresolved tag: tag:yaml.org,2002:python/object',
    ],
    [
      'two documents',
      `${LEAST}---\na: 1`,
      '3:1: a second YAML document — one file holds one scenario; remove it from the `---` on',
    ],
    ['an unknown alias', 'name: *who', '1:7: name: an alias without an anchor (*who) — write &who before it'],
    ['a key twice', `${LEAST}duration: 20s`, '3:1: duration: a second time (first at s.yaml:1:1) — keep one of them'],
    ['a key that is a mapping', '? { a: 1 }\n: 2', '1:3: not usable as a key — write a plain word'],
    ['a key into the prototype', '__proto__: 1', '1:1: not usable as a key (__proto__) — write a plain word'],
    [
      'a word',
      'hello',
      '1:1: not a mapping ("hello") — write one with keys name, description, seed, duration, target, tokens, clients, faults, thresholds, generator',
    ],
  ])('says so of %s', (_, text, line) => {
    expect(complaints(text)[0]).toBe(`s.yaml:${line}`);
  });

  it('stops an alias bomb at a number of values, once', () => {
    const bomb = [
      'a: &a [1,1,1,1,1,1,1,1]',
      ...'bcdefgh'.split('').map((k, i) => `${k}: &${k} [${`*${'abcdefg'[i]},`.repeat(8)}]`),
    ];
    expect(complaints(bomb.join('\n')).filter((line) => line.includes('more than 20000 values'))).toHaveLength(1);
  });

  it('stops at a depth, for aliases into themselves too', () => {
    const deep = `a: ${'['.repeat(30)}${']'.repeat(30)}`;
    expect(complaints(deep)[0]).toContain('nested more than 20 levels deep');
    expect(complaints('a: &a { b: *a }')[0]).toMatch(/nested more than 20 levels deep|alias without an anchor/);
    expect(complaints('['.repeat(20_000))).not.toEqual([]);
  });

  it('expands aliases, and places what is wrong with them where they are used', () => {
    const text = 'duration: &d 30s\nclients: { count: 5, arrive: { over: *d } }\n';
    expect(complaints(text)[0]).toContain('s.yaml:2:38: clients.arrive.over: the run would end');
  });
});

describe('a value that is wrong by itself', () => {
  it.each([
    ['duration: 30', '1:11: duration: no unit (30) — 30 what? write 30s'],
    ['duration: 10 sec', '1:11: duration: unknown unit ("10 sec") — the units are ms, s, m, h; write 10s'],
    ['duration: 0s', '1:11: duration: no time at all ("0s") — write a duration longer than 0s'],
    ['duration: 2h', '1:11: duration: too long ("2h") — at most 1h'],
    ['duration:', '1:1: duration: empty — write a number and a unit (ms, s, m, h), such as 10s'],
    ['seed: -1', '1:7: seed: too few (-1) — write a whole number from 0 to 4294967295'],
    [
      'name: a/b',
      '1:7: name: not allowed here ("a/b") — write up to 64 letters, digits, and - _ . that begin with a letter or digit',
    ],
    ['target: 5', '1:9: target: not a mapping (5) — write one with keys embedded'],
    [
      'target: { embedded: {}, url: "ws://x" }',
      '1:25: target.url: does not go with `embedded` — keep one or the other',
    ],
    [
      'target: { embedded: { idempotent: yes } }',
      '1:35: target.embedded.idempotent: not yes or no ("yes") — write true or false',
    ],
    [
      'target: { url: "http://x" }',
      '1:16: target.url: not a ws: or wss: URL (http:) — write one such as wss://staging.example.com/realtime',
    ],
    [
      'target: { url: "ws://me:pw@x" }',
      '1:16: target.url: a user name or password in the URL — remove it: it would be written into every result',
    ],
    [
      'target: { url: "ws://x", allow: ["x:80"] }',
      '1:34: target.allow.0: not a host ("x:80") — write the name or address alone, such as staging.example.com',
    ],
    [
      'target: { url: "ws://x", messages: { authenticate: "{tokn}" } }',
      '1:52: target.messages.authenticate: nothing is called {tokn} — did you mean {token}?',
    ],
    [
      'tokens: { carrier: query }',
      '1:20: tokens.carrier: not one of the choices ("query") — write `header`, `message`, { query: access_token }, { cookie: NAME }, { subprotocol: { protocol: NAME } }',
    ],
    [
      'tokens: { refresh: { jitter: 5s } }',
      '1:30: tokens.refresh.jitter: not one of the choices ("5s") — write `none`, or a mapping such as { uniform: 5s }',
    ],
    [
      'tokens: { refresh: { lead: 100% } }',
      '1:28: tokens.refresh.lead: the whole lifetime ("100%") — write a share below 100%',
    ],
    ['clients: { count: 0 }', '1:19: clients.count: too few (0) — write a whole number from 1 to 1000000'],
    ['clients: { count: 1001k }', '1:19: clients.count: too many ("1001k") — write a whole number from 1 to 1000000'],
    [
      'clients: { count: 5, jiter: 1 }',
      '1:22: clients.jiter: unknown key — the keys here are count, arrive, backoff, closeCodes, connectTimeout, clockSkew, commands',
    ],
    [
      'clients: { count: 5, backoff: { jiter: full } }',
      '1:33: clients.backoff.jiter: unknown key — did you mean `jitter`?',
    ],
    [
      'clients: { count: 5, backoff: socket.io }',
      '1:31: clients.backoff: not one of the choices ("socket.io") — write `none`, `centrifuge`, `graphql-ws`, `phoenix`, `reconnecting-websocket`, `rfc6455`, `signalr`, `socket.io-client`, or spell the backoff out, such as { base: 1s, cap: 30s }',
    ],
    [
      'clients: { count: 5, backoff: { delays: [1s] } }',
      '1:33: clients.backoff.delays: has no meaning with growth exponential — it belongs to growth table; remove it, or change growth',
    ],
    [
      'clients: { count: 5, backoff: { growth: table } }',
      '1:22: clients.backoff.delays: missing — growth table needs its delays, such as [0s, 2s, 10s]',
    ],
    [
      'clients: { count: 5, backoff: { jitter: { additive: [5s, 1s] } } }',
      '1:43: clients.backoff.jitter.additive: the wrong way round (["5s","1s"]) — write the least and the most, such as [0s, 5s]',
    ],
    [
      'clients: { count: 5, clockSkew: { normal: 1s, uniform: [0s, 1s] } }',
      '1:47: clients.clockSkew.uniform: does not go with `normal` — keep one or the other',
    ],
    [
      'clients: { count: 5, closeCodes: { 4403: stopp } }',
      '1:42: clients.closeCodes.4403: unknown word ("stopp") — did you mean `stop`?',
    ],
    [
      'clients: { count: 5, closeCodes: { 700: stop } }',
      '1:36: clients.closeCodes.700: no such signal ("700") — HTTP statuses are 100 to 599, close codes 1000 to 4999',
    ],
    [
      'clients: { count: 5, closeCodes: { refusd: stop } }',
      '1:36: clients.closeCodes.refusd: not a signal ("refusd") — did you mean `refused`?',
    ],
    [
      'clients: { count: 5, closeCodes: { 4000-4100: stop, 4050-4200: retry } }',
      '1:64: clients.closeCodes.4050-4200: overlaps 4000-4100 — write ranges that lie apart, or one inside the other',
    ],
    [
      'clients: { count: 5, backoff: { rules: [{ on: 4000-4099, action: stop }, { on: 4001, action: retry }] } }',
      '1:79: clients.backoff.rules.1.on: never reached (4001) — the rule on 4000-4099 comes first; remove one of them',
    ],
    [
      'clients: { count: 5, commands: { ackTimeout: 5s } }',
      '1:22: clients.commands.rate: missing — write a number and a unit (/s, /m, /h), such as 5/s',
    ],
    [
      'faults: [{ at: 1s, for: 2s, drop: reset }]',
      '1:20: faults.0.for: does not go with `drop` — keep one or the other',
    ],
    [
      'faults: [{ at: 1s, drop: { code: 1006 } }]',
      '1:34: faults.0.drop.code: no code that can be sent (1006) — write a code that a server may send: 1000-1003, 1007-1014 or 3000-4999',
    ],
    ['faults: [{ at: 1s, refrsh: hang, for: 1s }]', '1:20: faults.0.refrsh: unknown key — did you mean `refresh`?'],
    [
      'faults: [{ at: 1s, clock: 0s }]',
      '1:27: faults.0.clock: no jump at all ("0s") — write how far the clocks jump, such as 30s or -30s',
    ],
    ['faults: { at: 1s }', '1:1: faults: not a list ({"at":"1s"}) — write one with a dash before each item'],
    ['thresholds: [{ expression: a < 1, abrt: true }]', '1:35: thresholds.0.abrt: unknown key — did you mean `abort`?'],
    ['generator: { workers: 0 }', '1:23: generator.workers: too few (0) — write a whole number from 1 to 64'],
  ])('%s', (text, line) => {
    expect(complaints(text)).toContain(`s.yaml:${line}`);
  });

  it('does not show a password that stands in a URL', () => {
    expect(complaints('target: { url: "wss://me:hunter2@x" }').join('')).not.toContain('hunter2');
  });

  it('shortens what it shows and takes control characters out of it', () => {
    const [line = ''] = complaints(`${LEAST}name: "${'\\e[2J'.repeat(100)}"`);
    expect(line).not.toMatch(/\p{Cc}/u);
    expect(line.length).toBeLessThan(250);
  });
});

describe('two values that do not go together', () => {
  it.each([
    [
      'tokens: { lifetime: 20s, refresh: { lead: 30s } }',
      '3:43: tokens.refresh.lead: every token would be due for renewal as soon as it is issued (30s; tokens.lifetime is 20s, line 3) — make the lead shorter than the lifetime',
    ],
    [
      'tokens: { refresh: { jitter: { uniform: 5m } } }',
      '3:22: tokens.refresh.jitter: with the lead it reaches back to before the token is issued ({"uniform":"5m"}; tokens.lifetime is 5m, the default) — make lead and jitter together shorter than the lifetime',
    ],
    [
      'faults: [{ at: 30s, drop: reset }]',
      '3:16: faults.0.at: the fault would begin after the end of the run (30s; duration is 30s, line 1) — begin it earlier, or make the run longer',
    ],
    [
      'target: { url: "ws://x" }\nfaults: [{ at: 1s, drop: reset }]',
      '4:26: faults.0.drop: only the embedded target can carry out a drop fault; a foreign one would not know of it (reset; target.url is ws://x, line 3) — remove the fault, or test target.embedded',
    ],
    [
      'target: { url: "ws://x" }\nfaults: [{ at: 1s, for: 1s, refresh: { status: 503 } }]',
      '4:29: faults.0.refresh: only the embedded target can carry out a refresh fault; a foreign one would not know of it ({"status":503}; target.url is ws://x, line 3) — remove the fault, or test target.embedded',
    ],
    [
      'target: { url: "ws://x" }\ntokens: { carrier: message }',
      '3:1: target.messages.authenticate: no frame takes the token to the gateway (""; tokens.carrier is message, line 4) — write the frame, with {token} in it',
    ],
    [
      'target: { url: "ws://x" }\ntokens: { renewal: in-band }',
      "3:1: target.messages.authenticated: no frame would say that a client is ready ({}; tokens.renewal is in-band, line 4) — write what the gateway's answer holds, such as { type: authenticated }",
    ],
    [
      'target: { url: "ws://x?access_token=1" }\ntokens: { carrier: { query: access_token } }',
      '3:16: target.url: the URL has that query parameter already ("ws://x?access_token=1"; tokens.carrier is {"query":"access_token"}, line 4) — remove it from the URL: squall adds each client\'s token',
    ],
    [
      'tokens: { refresh: { url: "http://x/token" } }',
      '3:27: tokens.refresh.url: the embedded target has a token endpoint and refresh tokens of its own (http://x/token; see target.embedded, the default) — remove it, or set target.url',
    ],
    [
      'tokens: { refresh: { retry: { cap: 1s, floor: 2s } } }',
      '3:36: tokens.refresh.retry.cap: the longest delay is shorter than the shortest (1s; tokens.refresh.retry.floor is 2s, line 3) — raise the cap, or lower the floor',
    ],
    [
      'tokens: { refresh: { retry: { base: 0s } } }',
      '3:37: tokens.refresh.retry.base: nothing grows by being multiplied (0s; tokens.refresh.retry.growth is exponential, the default) — write a base above 0s, or growth: fixed',
    ],
    [
      'thresholds: [duplicated == 0]',
      '3:14: thresholds.0: it measures commands, and the clients send none (duplicated == 0; clients.commands is none, the default) — add clients.commands, or remove the threshold',
    ],
    [
      'thresholds: [{ expression: ready > 1, grace: 5s }]',
      '3:46: thresholds.0.grace: it delays an abort that will not happen (5s; thresholds.0.abort is false, the default) — add abort: true, or remove grace',
    ],
  ])('%s', (text, line) => {
    expect(complaints(LEAST + text)).toContain(`s.yaml:${line}`);
  });

  it('is found although other values are wrong, unless it involves one of them', () => {
    const lines = complaints(
      'duration: 30\nclients: { cuont: 5 }\ntokens: { refresh: { lead: 6m } }\nfaults: [{ at: 50m, clock: 1s }]',
    );
    expect(lines).toHaveLength(3);
    expect(lines[2]).toContain('tokens.refresh.lead: every token would be due');
  });
});

describe('all problems at once', () => {
  it('lists them in the order of the file, and the command line last', () => {
    const lines = complaints('duration: 30\nclients:\n  cuont: 5\nnmae: x\n', ['tokens.lifetime=5', 'seed']);
    expect(lines.map((line) => line.split(': ').slice(0, 2).join(': '))).toEqual([
      's.yaml:1:11: duration',
      's.yaml:3:3: clients.cuont',
      's.yaml:4:1: nmae',
      '--set seed: no value — write path=value, such as clients.count=500',
      '--set tokens.lifetime=5: tokens.lifetime',
    ]);
  });

  it('counts those beyond the fiftieth', () => {
    const keys = Array.from({ length: 60 }, (_, i) => `zzzzz${i}: 1`);
    const lines = complaints([LEAST, ...keys].join('\n'));
    expect(lines).toHaveLength(51);
    expect(lines.at(-1)).toBe('and 10 more');
  });

  it('is a ScenarioError for any text whatever', () => {
    const pieces = fc.constantFrom(
      ...['duration', 'clients', 'count', 'faults', 'target', 'embedded', 'tokens', 'refresh', 'thresholds', 'backoff'],
      ...[
        ': ',
        ':\n  ',
        '\n',
        '- ',
        '{',
        '}',
        '[',
        ']',
        ', ',
        '"',
        "'",
        '|',
        '>',
        '&a ',
        '*a',
        '!!',
        '? ',
        '#',
        '%',
        '@',
      ],
      ...[
        '30s',
        '5',
        '30%',
        'none',
        '~',
        '.inf',
        '1e400',
        '__proto__',
        'constructor',
        '\u0000',
        '\ud800',
        '\u202e',
        '😀',
      ],
    );
    const garbage = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(garbage, fc.array(garbage, { maxLength: 2 }), (text, sets) => {
        // Anything but a ScenarioError is thrown on by `complaints`, and fails the property.
        complaints(text, sets);
        complaints(
          LEAST + text,
          sets.map((set) => `clients.${set}`),
        );
      }),
      { numRuns: 400 },
    );
  });
});

it('freezes the scenario to the bottom', () => {
  const scenario = parseScenario(`${LEAST}faults: [{ at: 1s, drop: { code: 1012 } }]`, 's.yaml');
  const unfrozen = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && (!Object.isFrozen(value) || Object.values(value).some(unfrozen));
  expect(unfrozen(scenario)).toBe(false);
});

it.each([
  ['storms/expiry cliff.yaml', 'expiry-cliff'],
  ['/tmp/.hidden.yml', 'hidden'],
  ['..', 'scenario'],
])('names a scenario without a name after its file %s: %s', (file, name) => {
  expect(parseScenario(LEAST, file).name).toBe(name);
});

describe('an injected check of thresholds', () => {
  /** Refuses everything from the first exclamation mark on. */
  const checkThreshold = (expression: string): void => {
    const position = expression.indexOf('!');
    if (position >= 0) throw Object.assign(new Error('no shouting'), { position });
  };

  it.each([
    ['thresholds:\n  - ready! > 5', '4:10: thresholds.0: no shouting (ready! > 5)'],
    ['thresholds:\n  - "ready! > 5"', '4:5: thresholds.0: no shouting (ready! > 5)'],
    ['thresholds:\n  - expression: ready! > 5', '4:22: thresholds.0.expression: no shouting (ready! > 5)'],
  ])('%s', (text, line) => {
    const parse = () => parseScenario(LEAST + text, 's.yaml', { checkThreshold });
    expect(parse).toThrow(`s.yaml:${line}`);
  });

  it('lets a defect in the check itself through', () => {
    const parse = () =>
      parseScenario(`${LEAST}thresholds: [a]`, 's.yaml', {
        checkThreshold: () => {
          throw new TypeError('a defect');
        },
      });
    expect(parse).toThrow(TypeError);
  });
});
