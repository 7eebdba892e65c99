/** Faults of clocks and keys, which all clients share. */
import { describe, expect, it } from 'vitest';
import { failuresOf, scenarioOf, simulated } from '../testing/simulated.ts';

const CALM = `
duration: 30s
tokens: { lifetime: 20s, issued: spread, refresh: { lead: 2s } }
clients: { count: 200, arrive: { over: 1s }, backoff: { base: 1s, growth: fixed, jitter: none } }
`;

async function run(faults: string, ...sets: readonly string[]) {
  const { outcome } = await simulated(scenarioOf(`${CALM}\nfaults: [${faults}]`, 'model.latency=10ms', ...sets));
  return { ...outcome.measurements, faults: outcome.faults };
}

const ONE_HIT = { planned: 1, hit: 1, missed: {} };

describe('a key that is replaced', () => {
  it('has no effect while the old one stays in the key set', async () => {
    const measured = await run('{ at: 5s, keys: rotate }, { at: 10s, drop: reset }');
    expect(measured.faults[0]).toMatchObject(ONE_HIT);
    expect(failuresOf(measured, 'handshake')).toEqual({});
  });

  it('without overlap makes all its tokens invalid once the gateway has fetched the new key set', async () => {
    const measured = await run('{ at: 5s, keys: rotate-without-overlap }, { at: 10s, drop: reset }');
    expect(measured.faults[0]).toMatchObject(ONE_HIT);
    // A quarter had renewed between 5 and 10 s; the other tokens are the old key's.
    const refused = failuresOf(measured, 'handshake')['http-401']!;
    expect(Math.abs(refused - 150)).toBeLessThan(4 * Math.sqrt(200 * 0.25 * 0.75));
    expect(measured.curves.total('recovered')).toBeGreaterThanOrEqual(200);
  });

  it('is not accepted while the key set cannot be fetched', async () => {
    const down = '{ at: 4s, for: 10s, keys: jwks-down }';
    const measured = await run(`${down}, { at: 5s, keys: rotate }`);
    expect(measured.faults).toMatchObject([ONE_HIT, ONE_HIT]);
    expect(failuresOf(measured, 'handshake')['http-401']).toBeGreaterThan(50);
    expect(
      measured.curves
        .values('attemptsFailed')
        .subarray(160)
        .every((n) => n === 0),
    ).toBe(true);
    expect(failuresOf(await run(down), 'handshake')).toEqual({});
  });

  it('signs only invalid tokens where no key set holds it', async () => {
    const measured = await run('{ at: 5s, for: 5s, keys: unknown-key }');
    expect(measured.faults).toMatchObject([ONE_HIT]);
    expect(failuresOf(measured, 'handshake')['http-401']).toBeGreaterThan(40);
    expect(measured.counts.unexpectedEvents).toBe(0);
  });
});

describe('a clock that is wrong', () => {
  it.each([
    { what: 'fast', offset: '5s', ended: 200, exposedMs: 0 },
    { what: 'slow', offset: '-5s', ended: 0, exposedMs: 2000 },
  ])('at a gateway, when $what, ends tokens too early or too late', async ({ offset, ended, exposedMs }) => {
    const clock = `{ at: 3s, for: 20s, clock: { of: gateway, offset: ${offset} } }`;
    const together = 'tokens={ lifetime: 20s, issued: together, refresh: { lead: 2s } }';
    // Clients that renew late: each would outlive its token by 2 s.
    const measured = await run(clock, together, 'clients.clockSkew=-4s', 'duration=23s');
    expect(measured.faults).toMatchObject([ONE_HIT]);
    expect(measured.curves.total('lostExpired')).toBe(ended);
    expect(measured.curves.bin('lostExpired', 150)).toBe(ended);
    expect(measured.counts.exposureMs / 200).toBeCloseTo(exposedMs, -2);
  });

  it('at the token service, when slow, shortens the lifetime of tokens', async () => {
    const clock = '{ at: 1s, clock: { of: token-service, offset: -15s } }';
    const [right, slow] = await Promise.all([run(''), run(clock)]);
    expect(slow.faults).toMatchObject([ONE_HIT]);
    expect(slow.curves.total('refreshed')).toBeGreaterThan(2 * right.curves.total('refreshed'));
  });

  it('is wrong by its drift', async () => {
    const together = 'tokens={ lifetime: 20s, issued: together, refresh: { lead: 2s } }';
    const clock = '{ at: 4s, clock: { of: gateway, drift: 100ms/s } }';
    const measured = await run(clock, together, 'clients.clockSkew=-4s');
    // It shows 20 s when 16 s have become 17.6: 16 / 1.1 after 4 s; the close arrives a trip later.
    expect(measured.curves.bin('lostExpired', Math.floor((4000 + 16_000 / 1.1 + 10) / 100))).toBe(200);
  });

  it('at clients is right again after the end of the fault', async () => {
    const together = 'tokens={ lifetime: 20s, issued: together, refresh: { lead: 2s } }';
    const fast = '{ at: 5s, for: 5s, clock: { offset: 3s, drift: 100ms/s } }';
    const measured = await run(fast, together);
    expect(measured.faults).toMatchObject([{ planned: 200, hit: 200 }]);
    const atDue = measured.curves.values('refreshes').subarray(179, 181);
    expect(atDue[0]! + atDue[1]!).toBe(200);
    const stopped = `{ at: 3s, share: 20%, drop: { code: 4000, reason: '{"advice":"stop"}' } }`;
    const missed = await run(`${stopped}, ${fast}`, together);
    expect(missed.faults[1]).toMatchObject({ missed: { stopped: missed.counts.stoppedOnAdvice } });
  });
});
