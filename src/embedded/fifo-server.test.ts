import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FifoServer } from './fifo-server.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A server that records when it has finished which job. */
function serverOf(perSecond: number, room = Infinity) {
  const served: string[] = [];
  const beganMs = performance.now();
  const server = new FifoServer<string>(perSecond, room, (job) =>
    served.push(`${job}@${Math.round(performance.now() - beganMs)}`),
  );
  return { server, served };
}

it('serves jobs one by one in order of arrival, and refuses jobs beyond its room', () => {
  const { server, served } = serverOf(10, 1);
  expect(['a', 'b', 'c'].map((job) => server.enter(job))).toEqual([true, true, false]);
  expect(server.waiting).toBe(1);
  expect(server.retryAfterSeconds).toBe(1);
  vi.advanceTimersByTime(100);
  expect(server.enter('d')).toBe(true);
  vi.advanceTimersByTime(1000);
  expect(served).toEqual(['a@100', 'b@200', 'd@300']);
  expect(vi.getTimerCount()).toBe(0);
});

it('serves at once where its rate has no limit', () => {
  const { server, served } = serverOf(Infinity, 0);
  for (const job of ['a', 'b']) expect(server.enter(job)).toBe(true);
  expect(served).toEqual(['a@0', 'b@0']);
});

it('continues at a changed rate, and after a rate of 0 from where it stopped', () => {
  const { server, served } = serverOf(10);
  for (const job of ['a', 'b']) server.enter(job);
  vi.advanceTimersByTime(50);
  server.setRate(0);
  vi.advanceTimersByTime(60_000);
  expect(served).toEqual([]);
  server.setRate(20);
  vi.advanceTimersByTime(200);
  expect(served).toEqual(['a@60075', 'b@60125']);
});

it('keeps the order through a long line, and passes waiting jobs to `discard` when it closes', () => {
  const { server, served } = serverOf(1000);
  const jobs = Array.from({ length: 1000 }, (_, n) => `${n}`);
  for (const job of jobs) server.enter(job);
  vi.advanceTimersByTime(700);
  const left: string[] = [];
  server.close((job) => left.push(job));
  expect([...served.map((line) => line.split('@')[0]), ...left]).toEqual(jobs);
  expect(served.length).toBeGreaterThanOrEqual(699);
  vi.advanceTimersByTime(1000);
  expect(server.waiting).toBe(0);
  expect(served.length + left.length).toBe(1000);
});
