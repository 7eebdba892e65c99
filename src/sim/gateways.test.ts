import { describe, expect, it } from 'vitest';
import { expectMs, failuresOf, measuredIn, scenarioOf } from '../testing/simulated.ts';

/** A hundred clients without any faults. */
const CALM = `
duration: 20s
tokens: { lifetime: 10m, issued: together }
clients: { count: 100, arrive: { over: 1s } }
`;

/** The largest number of clients in a state at the end of any 100 ms. */
function most(changes: Int32Array): number {
  let inState = 0;
  let peak = 0;
  for (const change of changes) {
    inState += change;
    peak = Math.max(peak, inState);
  }
  return peak;
}

describe('the way to the gateways', () => {
  it.each([
    { carrier: 'header', trips: 4, what: 'SYN, SYN-ACK, request, answer' },
    { carrier: 'message', trips: 6, what: 'the same, then the token and its acceptance' },
  ])('takes $trips trips with the token in a $carrier: $what', async ({ carrier, trips }) => {
    const { timings } = await measuredIn(scenarioOf(CALM, `tokens.carrier=${carrier}`, 'model.latency=50ms'));
    expect(timings.handshake.count).toBe(100);
    expectMs(timings.handshake.minMs, trips * 50);
    expectMs(timings.handshake.maxMs, trips * 50);
  });

  it('loses a share of the attempts, which time out', async () => {
    const clients = 'clients={ count: 2000, connectTimeout: 500ms, backoff: { base: 100ms, growth: fixed } }';
    const measured = await measuredIn(scenarioOf(CALM, 'model.loss=30%', clients));
    const [attempts, failed] = [measured.curves.total('attempts'), measured.curves.total('attemptsFailed')];
    expect(Math.abs(failed / attempts - 0.3)).toBeLessThan(4 * Math.sqrt((0.3 * 0.7) / attempts));
    expect(failuresOf(measured, 'handshake')).toEqual({ timeout: failed });
    expect(measured.curves.total('ready')).toBe(2000);
  });

  it.each([
    { latency: '{ exponential: 20ms, floor: 10ms }', meanMs: 30, deviationMs: 20 },
    { latency: '{ mean: 50ms, sd: 5ms }', meanMs: 50, deviationMs: 5 },
  ])('has the mean of $latency within 4 standard errors', async ({ latency, meanMs, deviationMs }) => {
    const { timings } = await measuredIn(scenarioOf(CALM, 'clients.count=10000', `model.latency=${latency}`));
    const error = (4 * deviationMs) / Math.sqrt(10_000);
    expect(Math.abs(timings.handshake.meanMs! - 4 * meanMs)).toBeLessThan(4 * error + 0.001 * meanMs);
  });
});

describe('the gateways', () => {
  const CROWD = ['clients.count=1000', 'clients.arrive.over=0s', 'clients.connectTimeout=1m'];

  it.each([1, 4])('share the work of a crowd among %i', async (gateways) => {
    const sets = ['target.embedded.capacity.handshakes=200/s', `model.gateways=${gateways}`];
    const { timings } = await measuredIn(scenarioOf(CALM, ...CROWD, ...sets));
    expect(timings.handshake.count).toBe(1000);
    expectMs(timings.handshake.maxMs, 5000);
  });

  it('answer 503 when the line is full', async () => {
    const sets = ['target.embedded.capacity={ handshakes: 100/s, queue: 49 }', 'clients.backoff.max=0'];
    const measured = await measuredIn(scenarioOf(CALM, ...CROWD, ...sets));
    expect(measured.timings.handshake.count).toBe(50);
    expect(failuresOf(measured, 'handshake')).toEqual({ 'http-503': 950 });
    expect(measured.counts.stoppedGaveUp).toBe(950);
  });

  it('hold their most connections, and accept a new client for each that leaves', async () => {
    const text = `${CALM}\nfaults: [{ at: 5s, share: 50%, drop: { code: 4999 } }]`;
    const measured = await measuredIn(
      scenarioOf(
        text,
        'model={ gateways: 2, connections: 20, latency: 10ms }',
        'clients.backoff={ base: 100ms, growth: fixed }',
        'clients.closeCodes={ 4999: stop }',
      ),
    );
    const left = measured.curves.total('stopped');
    expect(left).toBeGreaterThan(0);
    expect(most(measured.curves.values('stateReady'))).toBe(40);
    expect(measured.curves.total('stateReady')).toBe(40);
    expect(measured.curves.total('ready')).toBe(40 + left);
    expect(Object.keys(failuresOf(measured, 'handshake'))).toEqual(['http-503']);
  });

  it.each([
    { duration: '20s', wasted: 90 },
    { duration: '5100ms', wasted: 40 },
  ])('serve clients that have given up: $wasted handshakes by $duration', async ({ duration, wasted }) => {
    const measured = await measuredIn(
      scenarioOf(
        CALM,
        `duration=${duration}`,
        'target.embedded.capacity.handshakes=10/s',
        'clients={ count: 100, arrive: { over: 0s }, connectTimeout: 1050ms, backoff: { max: 0 } }',
      ),
    );
    expect(measured.curves.total('ready')).toBe(10);
    expect(failuresOf(measured, 'handshake')).toEqual({ timeout: 90 });
    expect(measured.reported.wasted).toBe(wasted);
  });

  it('answer 401 to a token that expired while its client was in line', async () => {
    const measured = await measuredIn(
      scenarioOf(
        CALM,
        'duration=6s',
        'tokens={ lifetime: 5s, issued: together, renewal: in-band, refresh: { lead: 1s } }',
        'target.embedded.capacity.handshakes=10/s',
        'clients={ count: 60, arrive: { over: 0s }, connectTimeout: 1m }',
      ),
    );
    // One handshake each 100 ms: the 50th is done as the tokens run out. The last one is done when the run ends.
    expect(measured.curves.total('ready')).toBe(49);
    expect(failuresOf(measured, 'handshake')).toEqual({ 'http-401': 11 });
  });
});

describe('the end of a token on an open connection', () => {
  /** Slow clocks: every client renews 2 s after its token's expiry. */
  const LATE = `
duration: 60s
tokens: { lifetime: 20s, issued: together, refresh: { lead: 1s } }
clients: { count: 50, arrive: { over: 1s }, clockSkew: -3s, backoff: { first: 0s } }
`;

  it('closes the connection at a gateway with `close`, so that no token is exposed', async () => {
    const { curves, counts, timings } = await measuredIn(scenarioOf(LATE));
    // At 20 s, and 20 s after the renewal then; at 60 s the run is over.
    expect(curves.bin('lostExpired', 200)).toBe(50);
    expect(curves.bin('lostExpired', 400)).toBe(50);
    expect(counts.exposureMs).toBe(0);
    expect(timings.expiryNotice.count).toBe(curves.total('lostExpired'));
  });

  it('goes unnoticed at a gateway with `ignore`, and every client is exposed until it renews', async () => {
    const measured = await measuredIn(scenarioOf(LATE, 'target.embedded.onExpiry=ignore'));
    // Each of the tokens of 0 s and 22 s is outlived by 2 s; that of 44 s is good until the end.
    expect(measured.curves.total('lostExpired')).toBe(0);
    expect(measured.curves.total('lostRenewal')).toBe(100);
    expect(measured.counts.exposureMs).toBeCloseTo(2 * 2000 * 50, 3);
    expect(failuresOf(measured, 'expiryNotice')).toEqual({ unnoticed: 100 });
  });

  it('is announced by a gateway that notifies, and the client renews in time', async () => {
    const sets = ['target.embedded.onExpiry={ notify: 4s }', 'model.latency=50ms'];
    const { curves, counts } = await measuredIn(scenarioOf(LATE, ...sets));
    // The notice, sent 4 s ahead, arrives a trip later.
    expect(curves.bin('refreshes', 160)).toBe(50);
    expect(curves.total('lostExpired')).toBe(0);
    expect(counts).toMatchObject({ exposureMs: 0, unexpectedEvents: 0 });
  });
});

describe('renewal in band', () => {
  const IN_BAND = `
duration: 60s
tokens: { lifetime: 10s, issued: together, renewal: in-band, refresh: { lead: 2s } }
clients: { count: 50, arrive: { over: 1s } }
`;

  it('keeps one connection through token after token', async () => {
    const { curves, counts } = await measuredIn(scenarioOf(IN_BAND, 'model.latency=20ms'));
    expect(curves.total('attempts')).toBe(50);
    expect(curves.total('refreshed')).toBeGreaterThanOrEqual(6 * 50);
    expect(curves.total('stateReady') + curves.total('stateRenewing')).toBe(50);
    expect(most(curves.values('stateRenewing'))).toBe(50);
    expect(counts).toMatchObject({ exposureMs: 0, unexpectedEvents: 0 });
  });

  it('ends a connection whose new token expires on the way', async () => {
    // From its issue a token travels 600 ms to the client and 600 ms to the gateway, and lives for 1 s.
    const tokens = 'tokens={ lifetime: 1s, renewal: in-band, carrier: message, refresh: { lead: 100ms } }';
    const measured = await measuredIn(scenarioOf(IN_BAND, tokens, 'model.latency=600ms'));
    expect(measured.curves.total('ready')).toBe(0);
    expect(Object.keys(failuresOf(measured, 'handshake'))).toEqual(['auth-refused']);
  });
});
