import { describe, expect, it } from 'vitest';
import { expectMs, failuresOf, scenarioOf, simulated } from '../testing/simulated.ts';

const BUSY = `
duration: 20s
tokens: { lifetime: 10m, issued: together }
clients:
  count: 100
  arrive: { over: 1s }
  backoff: { base: 1s, growth: fixed, jitter: none }
  commands: { rate: 5/s, ackTimeout: 1s }
`;

async function all(faults: string, ...sets: readonly string[]) {
  const { outcome } = await simulated(scenarioOf(`${BUSY}\nfaults: ${faults}`, 'model.latency=10ms', ...sets));
  return { ...outcome.measurements, faults: outcome.faults };
}

const HEARTBEAT = 'clients.heartbeat={ every: 2s, timeout: 500ms }';
const ALL_HIT = [{ planned: 100, hit: 100, missed: {} }];

describe('a silent link', () => {
  it('is given up by a client with a heartbeat', async () => {
    const run = await all('[{ at: 5s, for: 10s, link: silent }]', HEARTBEAT);
    expect(run.faults).toMatchObject(ALL_HIT);
    expect(run.losses.get('silent')).toBe(100);
    expect(run.curves.total('recovered')).toBe(100);
  });

  it('stays ready for a client without one, although nothing that it sends arrives', async () => {
    const run = await all('[{ at: 5s, for: 10s, link: silent }]');
    expect(run.counts.silent).toBe(100);
    expect(run.curves.total('attempts')).toBe(100);
    // Five a second, from 5 s to 15 s.
    expect(Math.abs(run.ledger.lost! - 5000)).toBeLessThan(50);
    expect(failuresOf(run, 'command')).toEqual({ 'ack-timeout': run.ledger.gaveUp });
    expect(run.curves.bin('acknowledged', 160)).toBeGreaterThan(0);
  });

  it('hides the end of the connection from the client while it lasts', async () => {
    const run = await all('[{ at: 5s, for: 10s, link: silent }, { at: 8s, drop: { code: 1012 } }]');
    expect(run.faults).toMatchObject([...ALL_HIT, ...ALL_HIT]);
    expect(run.losses.get('close-1012')).toBe(100);
    expect(run.curves.bin('lostClosed', 150)).toBe(100);
  });

  it('prevents a renewal in band, at which the client hangs up', async () => {
    const tokens = 'tokens={ lifetime: 14s, issued: together, renewal: in-band, refresh: { lead: 6s } }';
    const run = await all('[{ at: 5s, for: 12s, link: silent }]', tokens, 'clients.connectTimeout=2s');
    expect(run.losses.get('timeout')).toBe(100);
    expect(run.counts.unexpectedEvents).toBe(0);
  });
});

describe('a stalled link', () => {
  it('delivers everything to the client when it ends', async () => {
    const run = await all('[{ at: 5s, for: 3s, link: stall }]', 'clients.commands.ackTimeout=5s');
    expect(run.faults).toMatchObject(ALL_HIT);
    expect(run.ledger).toMatchObject({ lost: 0, unexpected: 0, duplicated: 0 });
    expect(Math.abs(run.curves.bin('acknowledged', 80) - 100 * 5 * 3)).toBeLessThan(100);
    expect(run.timings.command.maxMs! / 3000).toBeCloseTo(1, 1);
  });

  it('lets commands take effect that the client counts as failed', async () => {
    const run = await all('[{ at: 5s, for: 3s, link: stall }]');
    expect(run.ledger.lost).toBe(0);
    expect(Math.abs(run.ledger.unexpected! - 1000)).toBeLessThan(50);
  });

  it('delivers the end of the connection when it ends', async () => {
    const run = await all('[{ at: 5s, for: 3s, link: stall }, { at: 6s, drop: { code: 1012 } }]');
    expect(run.curves.bin('lostClosed', 80)).toBe(100);
  });

  it('makes a client with a heartbeat give up the connection', async () => {
    const run = await all('[{ at: 5s, for: 3s, link: stall }]', HEARTBEAT);
    expect(run.losses.get('silent')).toBeGreaterThan(50);
  });
});

describe('a slow link', () => {
  it('adds its latency in each direction, until it ends', async () => {
    const run = await all('[{ at: 5s, for: 10s, link: { latency: 200ms } }]');
    expect(run.faults).toMatchObject(ALL_HIT);
    expectMs(run.timings.command.maxMs, 420);
    expectMs(run.timings.command.minMs, 20);
    expect(run.ledger).toMatchObject({ lost: 0, unexpected: 0, duplicated: 0 });
  });
});

describe('a link that delivers everything twice', () => {
  it.each([
    { idempotent: false, duplicates: 5000 },
    { idempotent: true, duplicates: 0 },
  ])('duplicates commands, unless the gateway remembers them ($idempotent)', async ({ idempotent, duplicates }) => {
    const run = await all('[{ at: 5s, for: 10s, link: duplicate }]', `target.embedded.idempotent=${idempotent}`);
    expect(run.faults).toMatchObject(ALL_HIT);
    const { duplicated, duplicatedBy } = run.ledger;
    expect(duplicatedBy).toEqual({ resend: 0, other: duplicated });
    expect(Math.abs(duplicated! - duplicates)).toBeLessThanOrEqual(duplicates / 100);
  });
});

describe('a fault of the network', () => {
  it('misses clients that are not ready, have left, or have a link fault already', async () => {
    const stop = `{ at: 3s, share: 20%, drop: { code: 4000, reason: '{"advice":"stop"}' } }`;
    const later = '{ at: 4s, for: 5s, share: 30%, link: stall }, { at: 5s, for: 5s, link: silent }';
    const run = await all(`[{ at: 495ms, for: 1s, link: stall }, ${stop}, ${later}]`);
    const [early, , , last] = run.faults;
    expect(early).toMatchObject({ planned: 100, hit: 46, missed: { 'not-connected': 54 } });
    expect(last!.missed['stopped']).toBe(run.counts.stoppedOnAdvice);
    expect(last!.missed['another-fault']).toBe(run.faults[2]!.hit);
    expect(last!.hit).toBe(100 - run.counts.stoppedOnAdvice - run.faults[2]!.hit);
  });
});

describe('a fault that is unsupported in virtual time', () => {
  it('is left out with a warning, and has no outcome', async () => {
    const faults = [
      '{ at: 5s, exec: ["true"] }',
      '{ at: 6s, for: 1s, link: reorder }',
      '{ at: 7s, for: 1s, link: { bandwidth: 10kB/s } }',
      '{ at: 8s, drop: reset }',
    ];
    const { outcome, events } = await simulated(scenarioOf(`${BUSY}\nfaults: [${faults.join(', ')}]`));
    expect(outcome.faults).toMatchObject([{ kind: 'drop', hit: 100 }]);
    const warnings = events.filter(({ kind }) => kind === 'warning');
    expect(warnings.map(({ fault }) => fault)).toEqual([0, 1, 2]);
    expect(warnings[0]!.message).toBe('exec true is left out of the simulation: a command takes place in real time');
    expect(events.filter(({ kind }) => kind === 'fault-begin').map(({ fault }) => fault)).toEqual([3]);
  });
});
