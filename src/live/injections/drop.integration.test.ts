import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { DropFault, DropMode } from '../../core/fault/drop.ts';
import { AT_ONCE } from '../../core/fault/planned.test.helper.ts';
import { shardRig, until } from '../../testing/shard-rig.ts';
import { Sockets } from '../dial/sockets.ts';

const CLIENTS = 4;
const RESET: DropMode = { kind: 'reset' };
const fault = (mode: DropMode): DropFault => ({ ...AT_ONCE, kind: 'drop', mode });

describe("a drop at the client's end", () => {
  test.each<[DropMode, string, number]>([
    [{ kind: 'close', code: 1012, reason: 'deploy' }, 'close-1012', 1000],
    [RESET, 'reset', 1006],
    [{ kind: 'garbage' }, 'bad-frame', 1006],
  ])('%j ends every ready connection for its client, and the gateway sees it end', async (mode, loss, seen) => {
    const rig = await shardRig([]);
    await until(() => rig.total('ready') === CLIENTS);
    rig.occurrence(fault(mode));
    await until(() => rig.foreign.closes.length === CLIENTS && rig.total('recovered') === CLIENTS);
    expect(rig.losses()).toEqual({ [loss]: CLIENTS });
    expect(rig.foreign.closes).toEqual(Array.from({ length: CLIENTS }, () => seen));
    expect(rig.tally()).toEqual({ planned: CLIENTS, hit: CLIENTS, missed: {} });
  });

  test('follows the advice in the close reason, as from a gateway', async () => {
    const rig = await shardRig([]);
    await until(() => rig.total('ready') === CLIENTS);
    rig.occurrence(fault({ kind: 'close', code: 4000, reason: '{"advice":"stop"}' }));
    await until(() => rig.total('stopped') > 0);
    expect(rig.total('stopped')).toBe(CLIENTS);
  });

  test('misses clients that are not connected or have stopped, and hits those that notice it only later', async () => {
    const rig = await shardRig([]);
    rig.foreign.refusal = 503;
    await until(() => rig.total('attemptsFailed') >= CLIENTS);
    rig.occurrence(fault(RESET));
    expect(rig.tally(0)).toEqual({ planned: CLIENTS, hit: 0, missed: { 'not-connected': CLIENTS } });
    rig.foreign.refusal = null;
    await until(() => rig.total('ready') === CLIENTS);
    const cohort = { from: 0, to: 0.5 };
    rig.occurrence({ ...AT_ONCE, kind: 'link', forMs: 60_000, cohort, mode: { kind: 'silent' } });
    rig.occurrence({ ...fault({ kind: 'close', code: 4403, reason: '' }), cohort: { from: 0.5, to: 1 } });
    await until(() => rig.total('stopped') === CLIENTS / 2);
    rig.occurrence(fault(RESET));
    expect(rig.tally(3)).toEqual({ planned: CLIENTS, hit: 2, missed: { 'not-connected': 2 } });
    await until(() => rig.foreign.closes.length === CLIENTS / 2);
    expect(rig.foreign.closes).toEqual([1000, 1000]);
  });

  test('lets reconnects that fall due while its sockets end take their turn in between', async () => {
    const clients = 60;
    const rig = await shardRig([
      `clients.count=${clients}`,
      'clients.backoff={ growth: fixed, base: 15ms, jitter: none }',
    ]);
    await until(() => rig.total('ready') === clients);
    onTestFinished(() => void vi.restoreAllMocks());
    const dials = vi.spyOn(Sockets.prototype, 'dial');
    // The sockets end in a row, each of which takes 1 ms of the thread.
    // oxlint-disable-next-line typescript/unbound-method -- called on its object below
    const { closed } = Sockets.prototype;
    const ends = vi.spyOn(Sockets.prototype, 'closed').mockImplementation(function (this: Sockets) {
      for (const since = performance.now(); performance.now() < since + 1;);
      closed.call(this);
    });
    rig.occurrence(fault(RESET));
    await until(() => rig.total('recovered') === clients);
    expect(ends).toHaveBeenCalledTimes(clients);
    expect(dials.mock.invocationCallOrder[0]).toBeLessThan(ends.mock.invocationCallOrder.at(-1)!);
  });
});
