import { expect, test } from 'vitest';
import { roomForConnections, type ConnectionTable } from './connection-room.ts';

/** Reads tables one after another, the last one for ever; counts the pauses. */
function rig(...tables: readonly (ConnectionTable | null)[]) {
  let reads = 0;
  let pausedMs = 0;
  const read = async () => tables[Math.min(reads++, tables.length - 1)] ?? null;
  const pause = async (ms: number) => void (pausedMs += ms);
  return { read, pause, pausedMs: () => pausedMs };
}

test('a bench does not wait where connections are not tracked, or have room', async () => {
  for (const table of [null, { tracked: 100, max: 1000 }]) {
    const { read, pause, pausedMs } = rig(table);
    await roomForConnections(800, read, pause);
    expect(pausedMs()).toBe(0);
  }
});

test('a bench waits until the kernel has forgotten enough connections', async () => {
  const { read, pause, pausedMs } = rig(
    { tracked: 990, max: 1000 },
    { tracked: 160, max: 1000 },
    { tracked: 150, max: 1000 },
  );
  await roomForConnections(800, read, pause);
  expect(pausedMs()).toBe(2000);
});

test('a bench fails with the reason where the connections are not its own', async () => {
  const { read, pause, pausedMs } = rig({ tracked: 990, max: 1000 });
  await expect(roomForConnections(800, read, pause)).rejects.toThrow('the kernel tracks 990 of 1000 connections');
  expect(pausedMs()).toBeGreaterThanOrEqual(120_000);
});
