import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Accounts } from '../core/server/accounts.ts';
import type { OnHeard } from '../core/server/revocation-feed.ts';
import { TrueAccounts } from './accounts.ts';
import { LiveRevocationFeed } from './revocation-feed.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function polled() {
  const heard = vi.fn<OnHeard>();
  return { heard, feed: new LiveRevocationFeed({ kind: 'poll', everyMs: 1000 }, new Accounts(3), heard) };
}

it('the listener of true accounts hears of each loss once', () => {
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

it('a gateway polls when the period is over, and again once there is something new to hear', () => {
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

it('a gateway polls at multiples of its period since the run began, however long before that it started', () => {
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

it('a gateway that closes hears of nothing more', () => {
  const { heard, feed } = polled();
  feed.lost(0, 'session', false);
  feed.close();
  vi.advanceTimersByTime(10_000);
  expect(heard).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});
