import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Accounts } from '../core/server/accounts.ts';
import type { OnHeard } from '../core/server/revocation-feed.ts';
import { TrueAccounts } from './accounts.ts';
import { liveRevocationFeed } from './revocation-feed.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function polled() {
  const heard = vi.fn<OnHeard>();
  return { heard, feed: liveRevocationFeed({ kind: 'poll', everyMs: 1000 }, new Accounts(3), heard) };
}

it('the listener of true accounts receives each loss once', () => {
  const accounts = new TrueAccounts(3);
  const listener = vi.fn<(client: number, loss: string, byItself: boolean) => void>();
  accounts.listen(listener);
  expect([accounts.take(1, 'role'), accounts.take(1, 'role'), accounts.take(2, 'session', true)]).toEqual([
    true,
    false,
    true,
  ]);
  expect(listener.mock.calls).toEqual([
    [1, 'role', false],
    [2, 'session', true],
  ]);
});

it('a gateway polls at the end of a period in which something was lost', () => {
  const { heard, feed } = polled();
  vi.advanceTimersByTime(400);
  feed.lost(2, 'role', false);
  vi.advanceTimersByTime(599);
  expect(heard).not.toHaveBeenCalled();
  vi.advanceTimersByTime(2);
  expect(heard).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(0);
  feed.lost(1, 'tenant', false);
  vi.advanceTimersByTime(1000);
  expect(heard).toHaveBeenCalledTimes(2);
});

it('a gateway polls at multiples of its period since the start of the run, not of its process', () => {
  const { heard, feed } = polled();
  vi.advanceTimersByTime(300);
  feed.runBegins(performance.now() + 400);
  vi.advanceTimersByTime(1000);
  feed.lost(0, 'session', false);
  vi.advanceTimersByTime(399);
  expect(heard).not.toHaveBeenCalled();
  vi.advanceTimersByTime(2);
  expect(heard).toHaveBeenCalledTimes(1);
});

it('a closed gateway polls no more', () => {
  const { heard, feed } = polled();
  feed.lost(0, 'session', false);
  feed.close();
  vi.advanceTimersByTime(10_000);
  expect(heard).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});
