import { describe, expect, it } from 'vitest';
import { expectMs, failuresOf, scenarioOf, simulated } from '../testing/simulated.ts';
import { RESTART_MS } from './injectors/gateway-process.ts';

const CALM = `
duration: 20s
target: { embedded: { gateways: 4, idempotent: true, ackDelay: 50ms } }
tokens: { lifetime: 10m, issued: together }
clients:
  count: 400
  arrive: { over: 1s }
  backoff: { base: 1s, growth: fixed, jitter: none }
  commands: { rate: 5/s }
model: { latency: 10ms }
`;

async function run(fault: string, ...sets: readonly string[]) {
  const { outcome } = await simulated(scenarioOf(`${CALM}\nfaults: [${fault}]`, 'model.latency=10ms', ...sets));
  return { ...outcome.measurements, faults: outcome.faults };
}

describe('a gateway that crashes', () => {
  it('loses its connections, and clients reconnect to the others', async () => {
    const { faults, losses, curves, timings } = await run('{ at: 5s, for: 3s, share: 25%, gateway: crash }');
    expect(faults).toMatchObject([{ planned: 1, hit: 1, missed: {} }]);
    expect(losses.get('reset')).toBe(100);
    expect(curves.total('attemptsFailed')).toBe(0);
    expectMs(timings.recovery.maxMs, 1040);
  });

  it('leaves no gateway, where it was the only one, until it has started again', async () => {
    const measured = await run('{ at: 5s, for: 3s, gateway: crash }', 'target.embedded.gateways=1');
    expect(measured.losses.get('reset')).toBe(400);
    // Each tries at 6 and 7 s, and at 8 s while it starts.
    expect(failuresOf(measured, 'handshake')).toEqual({ refused: 3 * 400 });
    expect(measured.curves.bin('ready', 91)).toBe(400);
    expect(RESTART_MS).toBeLessThan(1000);
  });

  it('resets the handshakes in its line without serving them', async () => {
    const sets = ['target.embedded.gateways=1', 'target.embedded.capacity.handshakes=100/s', 'clients.count=100'];
    const crowd = ['clients.arrive.over=0s', 'clients.connectTimeout=1m', 'clients.commands=none'];
    const { faults, timings, reported } = await run('{ at: 535ms, for: 1s, gateway: crash }', ...sets, ...crowd);
    expect(faults).toMatchObject([{ hit: 1 }]);
    // One each 10 ms from 30 ms on; the answers to the last two are on their way or have just arrived.
    expect(timings.handshake.failures.get('reset')).toBeGreaterThanOrEqual(50);
    expect(timings.handshake.count).toBe(100 + 100 - timings.handshake.failures.get('reset')!);
    expect(reported.wasted).toBe(0);
  });

  it.each([
    { memory: 'kept', duplicates: 0 },
    { memory: 'lost', duplicates: 120 },
  ])('has its memory of command ids $memory', async ({ memory, duplicates }) => {
    const crash = `{ at: 5s, for: 500ms, gateway: { crash: { memory: ${memory} } } }`;
    const { ledger } = await run(crash, 'target.embedded.gateways=1');
    // Effects not yet acknowledged: 400 clients, 5/s, 50 ms and a trip.
    expect(Math.abs(ledger.duplicated! - duplicates)).toBeLessThanOrEqual(4 * Math.sqrt(duplicates));
    expect(ledger.lost).toBe(0);
  });

  it('forgets command ids that the other gateways remember', async () => {
    const crash = '{ at: 5s, for: 500ms, share: 25%, gateway: { crash: { memory: lost } } }';
    const { ledger, curves } = await run(crash);
    expect(curves.total('resent')).toBeGreaterThan(0);
    // A second later it is back, and one in four clients returns to it.
    expect(ledger.duplicated).toBeLessThan(curves.total('resent') / 2);
  });

  it('is missed if it is down already or the run ends before its turn', async () => {
    const both = '{ at: 5s, for: 5s, gateway: crash }, { at: 6s, for: 1s, gateway: crash }';
    expect((await run(both)).faults).toMatchObject([{ hit: 4 }, { planned: 4, hit: 0, missed: { down: 4 } }]);
    const { faults } = await run('{ at: 19s, for: 1s, spread: 10m, gateway: crash }');
    expect(faults).toMatchObject([{ planned: 4, hit: 0, missed: { 'run-over': 4 } }]);
  });
});

describe('a rolling restart', () => {
  it('replaces one gateway after the other without a refused client', async () => {
    const { faults, losses, curves } = await run('{ at: 5s, for: 8s, gateway: { rolling: { drain: 1s } } }');
    expect(faults).toMatchObject([{ planned: 4, hit: 4, missed: {} }]);
    expect(curves.total('attemptsFailed')).toBe(0);
    // A client that leaves one gateway may come to the next before its turn.
    expect(losses.get('close-1012')).toBeGreaterThanOrEqual(400);
    expect(losses.get('reset')).toBeUndefined();
    for (const second of [5, 7, 9, 11]) {
      const closed = curves.values('lostClosed').subarray(10 * second, 10 * second + 11);
      // Its clients are closed evenly over the time that it takes to drain.
      const all = closed.reduce((sum, n) => sum + n, 0);
      expect(all).toBeGreaterThan(90);
      expect(Math.max(...closed)).toBeLessThanOrEqual(all / 5);
    }
  });

  it('closes without a close frame where `closes` is `bare`', async () => {
    const sets = ['target.embedded.closes=bare'];
    const { losses } = await run('{ at: 5s, for: 8s, gateway: { rolling: { drain: 1s } } }', ...sets);
    expect(losses.get('close-1012')).toBeUndefined();
    expect(losses.get('reset')).toBeGreaterThanOrEqual(400);
  });

  it('misses gateways that are down or whose turn comes after the end of the run', async () => {
    const both = '{ at: 5s, for: 10s, share: 25%, gateway: crash }, { at: 6s, for: 8s, gateway: rolling }';
    expect((await run(both)).faults).toMatchObject([{ hit: 1 }, { planned: 4, hit: 3, missed: { down: 1 } }]);
    const { faults } = await run('{ at: 15s, for: 8s, gateway: rolling }');
    expect(faults).toMatchObject([{ planned: 4, hit: 2, missed: { 'run-over': 2 } }]);
  });
});

describe('a cut of capacity', () => {
  it('slows the whole line until it ends', async () => {
    const sets = ['target.embedded.gateways=1', 'target.embedded.capacity.handshakes=100/s', 'clients.count=100'];
    const crowd = ['clients.arrive.over=0s', 'clients.connectTimeout=1m', 'clients.commands=none'];
    const cut = '{ at: 530ms, for: 1s, gateway: { capacity: 20% } }';
    const { faults, timings } = await run(cut, ...sets, ...crowd);
    expect(faults).toMatchObject([{ planned: 1, hit: 1 }]);
    // A second at a fifth of the capacity costs 800 ms.
    expectMs(timings.handshake.maxMs, 30 + 1000 + 800 + 10);
  });

  it('to nothing stops the line, which keeps its order and remaining work', async () => {
    const sets = ['target.embedded.gateways=1', 'target.embedded.capacity.handshakes=100/s', 'clients.count=100'];
    const crowd = ['clients.arrive.over=0s', 'clients.connectTimeout=1m', 'clients.commands=none'];
    const outage = '{ at: 535ms, for: 5s, gateway: { capacity: 0% } }';
    const { faults, timings, curves } = await run(outage, ...sets, ...crowd);
    expect(faults).toMatchObject([{ planned: 1, hit: 1 }]);
    expectMs(timings.handshake.maxMs, 30 + 1000 + 5000 + 10);
    expect(curves.values('ready').slice(6, 55)).toEqual(new Int32Array(49));
    expect(curves.total('ready')).toBe(100);
  });

  it('to nothing makes the gateway serve clients that have given up, later', async () => {
    const sets = ['target.embedded.gateways=1', 'target.embedded.capacity.handshakes=100/s', 'clients.count=100'];
    const crowd = ['clients.arrive.over=0s', 'clients.connectTimeout=2s', 'clients.commands=none'];
    const outage = '{ at: 530ms, for: 5s, gateway: { capacity: 0% } }';
    const { curves, reported } = await run(outage, ...sets, ...crowd, 'clients.backoff.max=0', 'duration=15s');
    // 50 were in before; the others gave up at 2 s, and their handshakes were served from 5.53 s on.
    expect(curves.total('ready')).toBe(50);
    expect(reported.wasted).toBe(50);
  });

  it('to nothing from the start lets no client in', async () => {
    const { curves } = await run('{ at: 1s, drop: reset, atLeast: 1% }', 'target.embedded.capacity.handshakes=0/s');
    expect(curves.total('ready')).toBe(0);
  });

  it('is missed by a gateway that is down', async () => {
    const both = '{ at: 5s, for: 5s, gateway: crash }, { at: 6s, for: 1s, gateway: { capacity: 20% } }';
    const { faults } = await run(both, 'target.embedded.capacity.handshakes=1000/s');
    expect(faults[1]).toMatchObject({ planned: 4, hit: 0, missed: { down: 4 } });
  });
});
