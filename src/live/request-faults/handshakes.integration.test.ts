import { describe, expect, test } from 'vitest';
import type { HandshakeFault, HandshakeMode } from '../../core/fault/handshake.ts';
import type { Plan } from '../../core/fault/plan.ts';
import { AT_ONCE } from '../../core/fault/planned.test.helper.ts';
import { isDrawn } from '../../core/fault/select.ts';
import { injected } from '../../core/fault/occurrence.ts';
import { Draws } from '../../core/random/draws.ts';
import { shardRig, until } from '../../testing/shard-rig.ts';

const CLIENTS = 4;
const HOUR_MS = 3_600_000;
const ACCEPT_THEN_CLOSE = { kind: 'accept-then-close', code: 4000, reason: 'out', afterMs: 100 } as const;
const REFUSED = { kind: 'refuse' } as const;

const fault = (mode: HandshakeMode, plan: Partial<Plan> = {}): HandshakeFault => ({
  ...AT_ONCE,
  forMs: HOUR_MS,
  ...plan,
  kind: 'handshake',
  mode,
});

const slow = (ms: number): HandshakeMode => ({ kind: 'slow', delay: { kind: 'fixed', ms } });

/** The tally of a request fault that hit all `n` requests. */
const all = (n: number) => ({ planned: n, hit: n, missed: {} });

describe("a handshake fault at the client's end", () => {
  test.each<[string, HandshakeMode, string]>([
    ['refuses', REFUSED, 'refused'],
    ['answers with a status', { kind: 'status', status: 503, retryAfter: null }, 'http-503'],
    ['does not answer', { kind: 'hang' }, 'timeout'],
    ['delays beyond their timeout', slow(HOUR_MS), 'timeout'],
  ])('%s the attempts of drawn clients, none of which reaches the gateway', async (_, mode, reason) => {
    const rig = await shardRig(['clients.connectTimeout=200ms']);
    rig.occurrence(fault(mode));
    await until(() => rig.total('attemptsFailed') >= 2 * CLIENTS);
    await rig.end();
    expect(rig.handshakeFailures()).toEqual({ [reason]: rig.total('attemptsFailed') });
    expect(rig.tally()).toEqual(all(rig.total('attempts')));
    expect(rig.foreign.dialled).toBe(0);
  });

  test('planned for the instant of the first attempts hits all of them, without a message to the worker', async () => {
    const rig = await shardRig(['duration=1m', 'faults=[{ at: 0s, for: 1m, handshake: refuse }]']);
    await until(() => rig.total('attemptsFailed') >= 2 * CLIENTS);
    await rig.end();
    expect(rig.tally()).toEqual(all(rig.total('attempts')));
    expect(rig.foreign.dialled).toBe(0);
  });

  test('resets hanging attempts when it ends, and lets later ones in', async () => {
    const rig = await shardRig(['clients.connectTimeout=20s']);
    rig.occurrence(fault({ kind: 'hang' }, { forMs: 300 }));
    await until(() => rig.total('ready') === CLIENTS);
    expect(rig.handshakeFailures()).toEqual({ reset: CLIENTS });
    expect(rig.tally()).toEqual(all(CLIENTS));
    expect(rig.foreign.dialled).toBe(CLIENTS);
  });

  test('delays attempts, each of which then reaches the gateway', async () => {
    const rig = await shardRig(['clients.connectTimeout=20s']);
    rig.occurrence(fault(slow(1500)));
    await until(() => rig.total('attempts') === CLIENTS);
    expect(rig.foreign.dialled).toBe(0);
    await until(() => rig.total('ready') === CLIENTS);
    expect(rig.foreign.accepted).toHaveLength(CLIENTS);
    expect(rig.tally()).toEqual(all(CLIENTS));
    expect(rig.total('attempts')).toBe(CLIENTS);
  });

  test('closes accepted connections with its code, and the gateway sees them leave', async () => {
    const rig = await shardRig([]);
    rig.occurrence(fault(ACCEPT_THEN_CLOSE));
    // Wait until none is connecting: the gateway sees another end of an attempt that the run's end cuts short.
    await until(() => (rig.losses()['close-4000'] ?? 0) >= 2 * CLIENTS && rig.total('stateConnecting') === 0);
    await rig.end();
    const { planned, hit, missed } = rig.tally();
    expect(rig.losses()).toEqual({ 'close-4000': hit });
    expect(planned).toBe(rig.total('attempts'));
    // The closes that were still to come.
    expect(missed).toEqual(planned === hit ? {} : { 'run-over': planned - hit });
    await until(() => rig.foreign.closes.length === rig.foreign.accepted.length);
    expect(new Set(rig.foreign.closes)).toEqual(new Set([1000]));
  });

  test('hits the drawn clients and no others', async () => {
    const rig = await shardRig(['clients.count=40']);
    rig.occurrence(fault(REFUSED, { share: 0.5 }));
    const drawn = Array.from({ length: 40 }, (_, client) => client).filter((client) =>
      isDrawn(new Draws(rig.seed), injected(fault(REFUSED, { share: 0.5 }), 0, 0, 0), client, 40),
    );
    expect(drawn.length).toBeGreaterThan(5);
    await until(() => rig.total('ready') === 40 - drawn.length && rig.total('attempts') >= 80);
    expect(rig.foreign.dialled).toBe(40 - drawn.length);
    expect(rig.tally().hit).toBe(rig.total('attempts') - rig.total('ready'));
  });
});

describe('a handshake fault misses', () => {
  test('a request that another fault has hit first', async () => {
    const rig = await shardRig([]);
    rig.occurrence(fault(REFUSED));
    rig.occurrence(fault({ kind: 'hang' }));
    await until(() => rig.total('attemptsFailed') >= CLIENTS);
    const { hit } = rig.tally(0);
    expect(hit).toBeGreaterThanOrEqual(CLIENTS);
    expect(rig.tally(1)).toEqual({ planned: hit, hit: 0, missed: { 'another-fault': hit } });
  });

  test('as accept-then-close a client that the gateway does not let in', async () => {
    const rig = await shardRig([]);
    rig.foreign.refusal = 503;
    rig.occurrence(fault(ACCEPT_THEN_CLOSE));
    await until(() => rig.total('attemptsFailed') >= CLIENTS);
    await rig.end();
    expect(rig.tally().hit).toBe(0);
    expect(rig.tally().missed.refused).toBe(rig.total('attemptsFailed'));
  });

  test('as accept-then-close a client that the gateway closes first', async () => {
    const rig = await shardRig([]);
    rig.occurrence(fault({ ...ACCEPT_THEN_CLOSE, afterMs: HOUR_MS }));
    await until(() => rig.total('ready') === CLIENTS);
    rig.foreign.accepted[0]!.socket.close(1012);
    await until(() => rig.total('recovered') === 1);
    await rig.end();
    expect(rig.tally()).toEqual({
      planned: CLIENTS + 1,
      hit: 0,
      missed: { 'not-connected': 1, 'run-over': CLIENTS },
    });
  });
});
