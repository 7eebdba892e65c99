import { describe, expect, it } from 'vitest';
import { scenarioOf, simulated } from '../testing/simulated.ts';

const CALM = `
duration: 20s
tokens: { lifetime: 15s, issued: together, renewal: in-band, refresh: { lead: 5s } }
clients: { count: 1000, arrive: { over: 4s }, backoff: { first: 1s } }
`;

async function run(faults: string, ...sets: readonly string[]) {
  const { outcome } = await simulated(scenarioOf(`${CALM}\nfaults: ${faults}`, ...sets));
  return { ...outcome.measurements, faults: outcome.faults };
}

describe('a drop', () => {
  it.each([
    { mode: '{ code: 1012 }', curve: 'lostClosed' },
    { mode: 'reset', curve: 'lostDropped' },
  ] as const)('$mode ends every connection that is open, heard of a trip later', async ({ mode, curve }) => {
    const { curves, faults, timings } = await run(`[{ at: 5s, drop: ${mode} }]`, 'model.latency=100ms');
    expect(faults).toMatchObject([{ kind: 'drop', atMs: 5000, forMs: 0, planned: 1000, hit: 1000, missed: {} }]);
    expect(curves.bin(curve, 51)).toBe(1000);
    // The backoff of 1 s, and a handshake of four trips.
    expect(timings.recovery.minMs! / 1400).toBeCloseTo(1, 2);
  });

  it('hits only clients that have arrived', async () => {
    const { faults } = await run('[{ at: 1999ms, drop: reset }]');
    expect(faults).toMatchObject([{ planned: 1000, hit: 500, missed: { 'not-connected': 500 } }]);
  });

  it('is spread evenly over its time', async () => {
    const { curves, faults } = await run('[{ at: 5s, spread: 4s, share: 50%, drop: reset }]');
    const [fault] = faults;
    expect(fault).toMatchObject({ forMs: 4000, hit: fault!.planned });
    expect(curves.total('lostDropped')).toBe(fault!.hit);
    const quarters = [5, 6, 7, 8].map((s) => sum(curves.values('lostDropped').subarray(10 * s, 10 * s + 10)));
    expect(sum(quarters)).toBe(fault!.hit);
    const expected = fault!.hit / 4;
    for (const quarter of quarters) expect(Math.abs(quarter - expected)).toBeLessThan(4 * Math.sqrt(0.75 * expected));
  });

  it("carries the gateway's advice in its reason", async () => {
    const { counts } = await run(`[{ at: 5s, drop: { code: 4000, reason: '{"advice":"stop"}' } }]`);
    expect(counts.stoppedOnAdvice).toBe(1000);
  });
});

describe('a jump of the clocks', () => {
  it.each([
    { clock: '2s', refreshBin: 80, what: 'sooner when they are fast' },
    { clock: '-2s', refreshBin: 120, what: 'later when they are slow' },
  ])('by $clock makes clients renew $what', async ({ clock, refreshBin }) => {
    const { curves, faults } = await run(`[{ at: 6s, share: 30%, clock: ${clock} }]`);
    const [fault] = faults;
    expect(fault!.hit).toBe(fault!.planned);
    expect(fault!.hit).toBe(300);
    expect(curves.bin('refreshes', refreshBin)).toBe(fault!.hit);
    expect(curves.bin('refreshes', 100)).toBe(1000 - fault!.hit);
  });

  it('hits no client that has left', async () => {
    const drop = `{ at: 5s, share: 50%, drop: { code: 4000, reason: '{"advice":"stop"}' } }`;
    const { counts, faults } = await run(`[${drop}, { at: 6s, clock: 1s }]`);
    expect(faults[1]).toMatchObject({ planned: 1000, hit: 1000 - counts.stoppedOnAdvice });
  });
});

describe('events at the same instant', () => {
  // All clients are ready after 4 s and renew at the same instant, 10 s into the run; nothing takes any time.
  it.each([
    { fault: '{ at: 10s, for: 1s, refresh: { status: 503 } }', hit: 1000, when: 'a fault begins meets it' },
    { fault: '{ at: 9s, for: 1s, refresh: { status: 503 } }', hit: 0, when: 'it ends does not' },
  ])('$when: $fault', async ({ fault, hit }) => {
    const { curves, faults } = await run(
      `[${fault}]`,
      'model.latency=0s',
      'tokens.refresh.retry={ base: 5s, jitter: none }',
    );
    expect(curves.bin('refreshes', 100)).toBe(1000);
    expect(curves.bin('refreshFailedStatus', 100)).toBe(hit);
    expect(faults[0]!.hit).toBe(hit);
  });

  it('a fault that begins at the instant of the first attempts hits them', async () => {
    const sets = ['model.latency=0s', 'clients.arrive.over=0s', 'clients.count=10'];
    const { curves } = await run('[{ at: 0s, for: 1s, handshake: refuse }]', ...sets);
    expect([curves.bin('attempts', 0), curves.bin('attemptsFailed', 0)]).toEqual([10, 10]);
  });
});

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
