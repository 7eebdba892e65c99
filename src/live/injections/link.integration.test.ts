import { describe, expect, test } from 'vitest';
import type { LinkFault, LinkMode } from '../../core/fault/link.ts';
import type { Plan } from '../../core/fault/plan.ts';
import { AT_ONCE } from '../../core/fault/planned.test.helper.ts';
import { shardRig, until } from '../../testing/shard-rig.ts';

const CLIENTS = 4;
const HOUR_MS = 3_600_000;
const SILENT: LinkMode = { kind: 'silent' };
const STALL: LinkMode = { kind: 'stall' };
const DUPLICATE: LinkMode = { kind: 'duplicate' };
const COMMANDS = ['clients.commands={ rate: 5/s, ackTimeout: 60s }', 'target.protocol=squall'];

const fault = (mode: LinkMode, plan: Partial<Plan> = {}): LinkFault => ({
  ...AT_ONCE,
  forMs: HOUR_MS,
  ...plan,
  kind: 'link',
  mode,
});

function twice(messages: readonly string[]): string[] {
  return messages.filter((text, n) => messages.indexOf(text) !== n);
}

function once(messages: readonly string[]): string[] {
  return messages.filter((text) => messages.indexOf(text) === messages.lastIndexOf(text));
}

describe('a link fault', () => {
  test('impairs the link of each ready client until it ends for this client', async () => {
    const rig = await shardRig(COMMANDS);
    await until(() => rig.total('ready') === CLIENTS);
    rig.occurrence(fault(DUPLICATE, { forMs: 1000 }));
    const seen = rig.foreign.accepted.map(({ socket }) => {
      const messages: string[] = [];
      socket.on('message', (data: Buffer) => messages.push(data.toString()));
      return messages;
    });
    await until(() => seen.every((messages) => twice(messages).length > 0 && once(messages).length > 1));
    expect(rig.tally()).toEqual({ planned: CLIENTS, hit: CLIENTS, missed: {} });
    for (const messages of seen) {
      const firstOnce = messages.findIndex((text) => once(messages).includes(text));
      expect(twice(messages.slice(firstOnce))).toEqual([]);
    }
  });

  test('ends with the connection: the next connection is not impaired', async () => {
    const rig = await shardRig([]);
    await until(() => rig.total('ready') === CLIENTS);
    rig.occurrence(fault(STALL));
    rig.occurrence({ ...AT_ONCE, kind: 'drop', mode: { kind: 'reset' } });
    await until(() => rig.total('recovered') === CLIENTS);
    for (const { socket } of rig.foreign.accepted.slice(CLIENTS)) socket.close(4000);
    await until(() => rig.total('recovered') === 2 * CLIENTS);
    expect(rig.losses()).toEqual({ reset: CLIENTS, 'close-4000': CLIENTS });
  });

  test('reports the end of a connection that it hid when it ends', async () => {
    const rig = await shardRig([]);
    await until(() => rig.total('ready') === CLIENTS);
    rig.occurrence(fault(SILENT, { forMs: 3000 }));
    for (const { socket } of rig.foreign.accepted) socket.terminate();
    await until(() => rig.foreign.closes.length === CLIENTS);
    expect(rig.losses()).toEqual({});
    await until(() => rig.total('recovered') === CLIENTS);
    expect(rig.losses()).toEqual({ reset: CLIENTS });
  });

  test('is noticed by clients with a heartbeat, whose hang-up reaches the gateway only when it ends', async () => {
    const rig = await shardRig(['clients.heartbeat={ every: 200ms, timeout: 1s }']);
    await until(() => rig.total('ready') === CLIENTS);
    rig.occurrence(fault(SILENT, { forMs: 6000 }));
    await until(() => rig.total('recovered') === CLIENTS);
    expect(rig.losses()).toEqual({ silent: CLIENTS });
    expect(rig.foreign.closes).toEqual([]);
    await until(() => rig.foreign.closes.length === CLIENTS);
    expect(new Set(rig.foreign.closes)).toEqual(new Set([1006]));
    expect(rig.total('ready')).toBe(2 * CLIENTS);
  });

  test('misses clients that are not connected, have stopped, or have a link fault already', async () => {
    const rig = await shardRig([]);
    rig.foreign.refusal = 503;
    await until(() => rig.total('attemptsFailed') >= CLIENTS);
    rig.occurrence(fault(STALL));
    expect(rig.tally(0)).toEqual({ planned: CLIENTS, hit: 0, missed: { 'not-connected': CLIENTS } });
    rig.foreign.refusal = null;
    await until(() => rig.total('ready') === CLIENTS);
    const cohort = { from: 0, to: 0.5 };
    rig.occurrence(fault(STALL, { cohort }));
    rig.occurrence({
      ...AT_ONCE,
      kind: 'drop',
      cohort: { from: 0.5, to: 1 },
      mode: { kind: 'close', code: 4403, reason: '' },
    });
    await until(() => rig.total('stopped') === CLIENTS / 2);
    rig.occurrence(fault(SILENT));
    expect(rig.tally(3)).toEqual({ planned: CLIENTS, hit: 0, missed: { 'another-fault': 2, stopped: 2 } });
  });

  test('misses clients that it had not reached when the run ended', async () => {
    const rig = await shardRig([]);
    await until(() => rig.total('ready') === CLIENTS);
    rig.occurrence(fault(STALL, { spreadMs: HOUR_MS }));
    await rig.end();
    expect(rig.tally()).toEqual({ planned: CLIENTS, hit: 0, missed: { 'run-over': CLIENTS } });
  });
});

describe('the end of a run', () => {
  test.each<[LinkMode, number]>([
    [SILENT, 1006],
    [STALL, 1000],
    [{ kind: 'latency', delay: { kind: 'fixed', ms: HOUR_MS } }, 1000],
    [{ kind: 'bandwidth', bytesPerSecond: 1 }, 1000],
    [DUPLICATE, 1000],
    [{ kind: 'reorder' }, 1000],
  ])('leaves no socket behind a link that is %j', async (mode, code) => {
    const rig = await shardRig(COMMANDS);
    await until(() => rig.total('ready') === CLIENTS);
    rig.occurrence(fault(mode));
    await rig.end();
    await until(() => rig.foreign.closes.length === CLIENTS);
    expect(rig.foreign.closes).toEqual(Array.from({ length: CLIENTS }, () => code));
    expect(rig.losses()).toEqual({});
  });

  test('does not report a hidden end of a connection as a loss', async () => {
    const rig = await shardRig([]);
    await until(() => rig.total('ready') === CLIENTS);
    rig.occurrence(fault(SILENT));
    for (const { socket } of rig.foreign.accepted) socket.terminate();
    await until(() => rig.foreign.closes.length === CLIENTS);
    await rig.end();
    expect(rig.losses()).toEqual({});
    expect(rig.total('attempts')).toBe(CLIENTS);
  });
});
