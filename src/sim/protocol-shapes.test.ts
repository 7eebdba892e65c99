import { describe, expect, it } from 'vitest';
import { measuredIn, scenarioOf } from '../testing/simulated.ts';

const CLIENTS = 100;

function scenario(protocol: string, ...sets: readonly string[]) {
  const text = `
duration: 3m
target: { url: ws://127.0.0.1:1/, protocol: ${protocol} }
tokens: { carrier: message, lifetime: 1h, issued: together }
clients: { count: ${CLIENTS}, arrive: { over: 1s }, backoff: { base: 1s, growth: fixed, jitter: none } }
`;
  return scenarioOf(text, 'model.latency=10ms', ...sets);
}

const JSON_PROTOCOL = '{ json: { authenticate: "{token}", authenticated: hi, silence: 8s } }';

describe('a server that pings', () => {
  it.each([
    ['socket.io', 'socket.io', 45_000, 25_000],
    ['centrifugo', 'centrifugo', 35_000, 25_000],
    ['STOMP', '{ stomp: { heartbeatIncoming: 20s } }', 40_000, 20_000],
    ['older GraphQL', '{ subscriptions-transport-ws: { keepAlive: 10s } }', 30_000, 10_000],
    ['json with a limit on silence', JSON_PROTOCOL, 8000, 4000],
  ])(
    'of %s keeps idle connections, and its clients give silent ones up',
    async (_what, protocol, silenceMs, everyMs) => {
      const calm = await measuredIn(scenario(protocol));
      expect(calm.losses).toEqual(new Map());
      expect(calm.curves.total('stateReady')).toBe(CLIENTS);

      const silent = await measuredIn(scenario(protocol, 'faults=[{ at: 30s, for: 100s, link: silent }]'));
      expect(silent.losses).toEqual(new Map([['silent', CLIENTS]]));
      expect(silent.counts.silent).toBe(CLIENTS);
      expect(silent.counts.silenceMs).toBe(CLIENTS * silenceMs);
      expect(silent.curves.total('recovered')).toBe(CLIENTS);
      // The last ping came up to one period before the fault.
      const lost = Array.from({ length: 1800 }, (_, bin) => silent.curves.bin('lostDropped', bin));
      const first = lost.findIndex((n) => n > 0) * 100;
      const last = lost.findLastIndex((n) => n > 0) * 100;
      expect(first).toBeGreaterThanOrEqual(30_000 + silenceMs - everyMs - 100);
      expect(last).toBeLessThanOrEqual(30_000 + silenceMs);
    },
  );

  it.each(['silent', 'stall'])('keeps connections through a link that is %s for a short time', async (link) => {
    const { losses } = await measuredIn(scenario(JSON_PROTOCOL, `faults=[{ at: 30s, for: 3900ms, link: ${link} }]`));
    expect(losses).toEqual(new Map());
  });

  it('is given up although its link is well again, when the pings that were lost leave too long a silence', async () => {
    const { losses, counts } = await measuredIn(
      // The ping at 75 s is lost, and the one at 100 s comes too late for a limit of 35 s.
      scenario('centrifugo', 'clients.arrive.over=0s', 'faults=[{ at: 70s, for: 6s, link: silent }]'),
    );
    expect(losses).toEqual(new Map([['silent', CLIENTS]]));
    expect(counts.silenceMs).toBe(CLIENTS * 35_000);
  });
});

describe('a protocol whose two sides ping without answers', () => {
  it.each([
    ['signalr', 'header', 30_000, '100s'],
    ['web-pubsub', '{ query: access_token }', 120_000, '150s'],
  ])('%s keeps idle connections, and gives silent ones up', async (name, carrier, silenceMs, lasting) => {
    const sets = [`tokens.carrier=${carrier}`, 'duration=6m'];
    const calm = await measuredIn(scenario(name, ...sets));
    expect(calm.losses).toEqual(new Map());
    expect(calm.curves.total('stateReady')).toBe(CLIENTS);
    const silent = await measuredIn(scenario(name, ...sets, `faults=[{ at: 30s, for: ${lasting}, link: silent }]`));
    expect(silent.losses).toEqual(new Map([['silent', CLIENTS]]));
    expect(silent.counts.silenceMs).toBe(CLIENTS * silenceMs);
    expect(silent.curves.total('recovered')).toBe(CLIENTS);
  });
});

describe('negotiations of SignalR', () => {
  it('are requests before each dial, which refuse a token that has expired', async () => {
    const sets = ['tokens.carrier=header', 'tokens.lifetime=20s', 'clients.clockSkew=-10m', 'duration=35s'];
    const drop = ['faults=[{ at: 15s, drop: reset }]', 'clients.backoff.base=10s'];
    for (const [protocol, negotiations] of [
      ['signalr', 1],
      ['{ signalr: { redirects: 1 } }', 2],
    ] as const) {
      const { curves, timings } = await measuredIn(scenario(protocol, ...sets, ...drop));
      expect(timings.dialRequest.failures).toEqual(new Map([['http-401', CLIENTS]]));
      expect(timings.handshake.failures).toEqual(new Map([['http-401', CLIENTS]]));
      expect(curves.total('dialRequests')).toBe(CLIENTS * (2 * negotiations + 1));
    }
    const { curves } = await measuredIn(scenario('{ signalr: { skipNegotiation: true } }', ...sets, ...drop));
    expect(curves.total('dialRequests')).toBe(0);
  });
});

/** A handshake with `n` steps after the authentication. */
function steps(n: number): string {
  return `{ json: { handshake: [{ send: "{token}", expect: a }${', { send: b, expect: c }'.repeat(n)}] } }`;
}

async function readyMs(n: number): Promise<number> {
  const { timings } = await measuredIn(scenario(steps(n), 'duration=5s'));
  return timings.handshake.quantileMs(0.5) ?? NaN;
}

/** Time until the socket is open, of a protocol without a handshake, ms. */
async function socketReadyMs(): Promise<number> {
  const { timings } = await measuredIn(scenario('none', 'tokens.carrier=header', 'duration=5s'));
  return timings.handshake.quantileMs(0.5) ?? NaN;
}

describe('a client that pings', () => {
  it('of mqtt gives a silent server up 1.5 times of its keep alive after its last ping', async () => {
    const protocol = '{ mqtt: { keepalive: 10s } }';
    const calm = await measuredIn(scenario(protocol));
    expect(calm.losses).toEqual(new Map());
    const silent = await measuredIn(scenario(protocol, 'faults=[{ at: 30s, for: 100s, link: silent }]'));
    expect(silent.losses).toEqual(new Map([['silent', CLIENTS]]));
    const lost = Array.from({ length: 1800 }, (_, bin) => silent.curves.bin('lostDropped', bin));
    expect(lost.findIndex((n) => n > 0) * 100).toBeGreaterThanOrEqual(35_000 - 100);
    expect(lost.findLastIndex((n) => n > 0) * 100).toBeLessThanOrEqual(45_000 + 100);
  });
});

describe('the steps until ready', () => {
  it('are round trips one after the other', async () => {
    const plain = await readyMs(0);
    expect((await readyMs(3)) - plain).toBeCloseTo(60, 0);
  });

  it.each([
    ['none', 'header', 0, false],
    ['socket.io', 'message', 1, false],
    ["{ socket.io: { auth: '{}', authenticate: { event: create } } }", 'message', 2, false],
    ['centrifugo', 'message', 1, false],
    ['nats', 'message', 1, false],
    ['actioncable', '{ query: jid }', 1, true],
    ['{ pusher: { channel: news } }', 'header', 1, true],
    ['web-pubsub', '{ query: access_token }', 0, false],
    ['{ web-pubsub: { joinGroup: a } }', '{ query: access_token }', 1, true],
    ['phoenix', '{ query: token }', 1, true],
    ['supabase', 'message', 1, true],
    ['hocuspocus', 'message', 2, true],
    ['{ json: { handshake: [{ send: a, expect: b }, { send: "{token}", expect: c }] } }', 'message', 2, false],
    [
      '{ json: { handshake: [{ expect: a }, { send: b, expect: c }, { send: "{token}", expect: d }, { send: e, expect: f }] } }',
      'message',
      3,
      true,
    ],
    ['{ json: { handshake: [{ expect: a }] } }', 'header', 0, false],
  ])('of %s are as many round trips as on the wire', async (protocol, carrier, trips, joins) => {
    const sets = [`tokens.carrier=${carrier}`, 'duration=5s'];
    const { timings, curves } = await measuredIn(scenario(protocol, ...sets));
    const socketMs = await socketReadyMs();
    expect(timings.handshake.quantileMs(0.5)! - socketMs).toBeCloseTo(20 * trips, 0);
    expect(curves.total('joins')).toBe(joins ? CLIENTS : 0);
    expect(curves.total('stateReady')).toBe(CLIENTS);
  });
});

describe('a server that closes where it has no message', () => {
  it('refuses a token with 4401, and ends a connection whose token expires with it', async () => {
    const protocol = '{ json: { authenticate: "{token}", authenticated: hi } }';
    const sets = ['tokens.lifetime=20s', 'clients.clockSkew=-10m'];
    const { losses } = await measuredIn(scenario(protocol, 'duration=35s', ...sets));
    expect(losses).toEqual(new Map([['close-4401', CLIENTS]]));
    // Clients that had lost their connections before present tokens that have expired.
    const late = ['faults=[{ at: 15s, drop: reset }]', 'clients.backoff.base=10s'];
    const { timings } = await measuredIn(scenario(protocol, 'duration=35s', ...sets, ...late));
    expect(timings.handshake.failures).toEqual(new Map([['close-4401', CLIENTS]]));
  });
});

describe('channels', () => {
  it.each([
    ['phoenix', '{ query: token }', 30_000, 20],
    ['supabase', 'message', 25_000, 20],
    ['hocuspocus', 'message', 15_000, 40],
  ])(
    'of %s are joined after their round trips, and live by the pings of their clients',
    async (protocol, carrier, everyMs, joinMs) => {
      const sets = [`tokens.carrier=${carrier}`, 'clients.arrive.over=0s'];
      const calm = await measuredIn(scenario(protocol, ...sets));
      expect(calm.losses).toEqual(new Map());
      expect(calm.curves.total('joins')).toBe(CLIENTS);
      expect(Math.abs(calm.timings.join.quantileMs(0.5)! - joinMs)).toBeLessThan(0.5);
      const silent = await measuredIn(scenario(protocol, ...sets, 'faults=[{ at: 10s, for: 150s, link: silent }]'));
      expect(silent.losses).toEqual(new Map([['silent', CLIENTS]]));
      // The first ping, and as long again without an answer.
      const lost = Array.from({ length: 1800 }, (_, bin) => silent.curves.bin('lostDropped', bin));
      expect(lost.findIndex((n) => n > 0)).toBe(Math.floor((2 * everyMs) / 100));
    },
  );

  it('of AppSync Events are subscribed to after a round trip, and live by the keep-alives of the service', async () => {
    const sets = ['clients.arrive.over=0s', 'duration=8m'];
    const calm = await measuredIn(scenario('appsync-events', ...sets));
    expect(calm.losses).toEqual(new Map());
    expect(calm.timings.join.quantileMs(0.5)).toBeCloseTo(20, 0);
    const silent = await measuredIn(scenario('appsync-events', ...sets, 'faults=[{ at: 30s, for: 6m, link: silent }]'));
    expect(silent.losses).toEqual(new Map([['silent', CLIENTS]]));
    expect(silent.counts.silenceMs).toBe(CLIENTS * 300_000);
  });

  it('of Action Cable live by the beats of the server', async () => {
    const sets = ['tokens.carrier={ query: jid }', 'clients.arrive.over=0s'];
    const silent = await measuredIn(scenario('actioncable', ...sets, 'faults=[{ at: 20s, for: 100s, link: silent }]'));
    expect(silent.losses).toEqual(new Map([['silent', CLIENTS]]));
    expect(silent.counts.silenceMs).toBe(CLIENTS * 6000);
  });
});
