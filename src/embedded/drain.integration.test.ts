import { expect, it } from 'vitest';
import { CLOSE } from '../core/server/closes.ts';
import { startRig } from './rig.test.helper.ts';

it('a drained gateway closes all connections with 1012 evenly over the given time, and reports the end', async () => {
  const rig = await startRig();
  const peers = await Promise.all([0, 1, 2, 3].map((client) => rig.connect(client)));
  const ended: number[] = [];
  const beganMs = performance.now();
  for (const peer of peers) void peer.ended.then(() => ended.push(performance.now() - beganMs));
  await new Promise<void>((done) => rig.target.drain(200, done));
  expect(rig.target.counts().open).toBe(0);
  expect(await Promise.all(peers.map((peer) => peer.ended))).toEqual([1012, 1012, 1012, 1012]);
  expect(peers[0]?.reason).toBe(CLOSE.restarting.reason);
  // None is closed before its turn.
  for (const [turn, ms] of ended.entries()) expect(ms).toBeGreaterThanOrEqual(50 * (turn + 1) - 1);
});

it('a drained gateway also closes connections opened during the drain', async () => {
  const rig = await startRig();
  const drained = new Promise<void>((done) => rig.target.drain(300, done));
  const late = await rig.connect(5);
  expect(await late.ended).toBe(1012);
  await drained;
  expect(rig.target.counts().open).toBe(0);
});
