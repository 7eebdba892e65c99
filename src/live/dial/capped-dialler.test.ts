import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cappedDialler } from './capped-dialler.ts';
import type { Dialler } from '../socket/dialler.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A dialler that writes down what it is asked. */
class Notebook implements Dialler {
  readonly delayed = 0;
  readonly asked: string[] = [];

  reportTo(): void {
    this.asked.push('reportTo');
  }

  dial(client: number): void {
    this.asked.push(`dial ${client}`);
  }

  hangUp(client: number): void {
    this.asked.push(`hangUp ${client}`);
  }

  async close(): Promise<void> {
    this.asked.push('close');
  }
}

const nowMs = (): number => performance.now();

test('a dialler without a limit is left as it is', () => {
  const dialler = new Notebook();
  expect(cappedDialler(dialler, Infinity, nowMs)).toBe(dialler);
});

test('attempts beyond the rate wait in line, and those given up in line are never made', async () => {
  const dialler = new Notebook();
  const capped = cappedDialler(dialler, 10, nowMs);
  for (const client of [1, 2, 3, 4]) capped.dial(client);
  capped.hangUp(2);
  expect(dialler.asked.splice(0)).toEqual(['dial 1', 'hangUp 2']);
  await vi.advanceTimersByTimeAsync(100);
  expect(dialler.asked.splice(0)).toEqual(['dial 3']);
  expect(capped.delayed).toBe(3);
  await capped.close();
  await vi.advanceTimersByTimeAsync(1000);
  expect(dialler.asked).toEqual(['close']);
});
