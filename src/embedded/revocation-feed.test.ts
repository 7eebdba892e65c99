import { expect, it, vi } from 'vitest';
import { Accounts } from './accounts.ts';
import { RevocationFeed } from './revocation-feed.ts';

const heardOf = () => vi.fn<(client: number, loss: string, byItself: boolean) => void>();

it('each loss is taken and told once, and nothing is taken from a session that is over', () => {
  const accounts = new Accounts(3);
  const told = heardOf();
  accounts.listen(told);
  expect(accounts.take(1, 'role')).toBe(true);
  expect(accounts.take(1, 'role')).toBe(false);
  expect(accounts.take(1, 'session')).toBe(true);
  expect(accounts.take(1, 'tenant')).toBe(false);
  expect(accounts.take(3, 'session')).toBe(false);
  expect(told.mock.calls).toEqual([
    [1, 'role', false],
    [1, 'session', false],
  ]);
  expect(accounts.mayCommand(1)).toBe(false);
  expect(accounts.mayCommand(0)).toBe(true);
});

it('a gateway that asks hears of everything at its next turn, in order', () => {
  vi.useFakeTimers();
  try {
    const accounts = new Accounts(3);
    const heard = heardOf();
    const { known } = new RevocationFeed(accounts, 3, { kind: 'poll', everyMs: 1000 }, heard);
    vi.advanceTimersByTime(400);
    accounts.take(2, 'role');
    accounts.take(0, 'session');
    vi.advanceTimersByTime(599);
    expect(known.hasLost(0, 'session')).toBe(false);
    vi.advanceTimersByTime(2);
    expect(heard.mock.calls).toEqual([
      [2, 'role', false],
      [0, 'session', false],
    ]);
    accounts.take(1, 'tenant');
    vi.advanceTimersByTime(1000);
    expect(known.mayCommand(1)).toBe(false);
  } finally {
    vi.useRealTimers();
  }
});

it('a gateway asks at multiples of its period since the run began, however long before that it started', () => {
  vi.useFakeTimers();
  try {
    const accounts = new Accounts(1);
    const heard = heardOf();
    const revocationFeed = new RevocationFeed(accounts, 1, { kind: 'poll', everyMs: 1000 }, heard);
    vi.advanceTimersByTime(300);
    revocationFeed.runBegins(performance.now() + 400);
    vi.advanceTimersByTime(1000);
    accounts.take(0, 'session');
    vi.advanceTimersByTime(399);
    expect(heard).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2);
    expect(heard).toHaveBeenCalledTimes(1);
  } finally {
    vi.useRealTimers();
  }
});

it('a gateway that closes hears of nothing more', () => {
  vi.useFakeTimers();
  try {
    const accounts = new Accounts(1);
    const revocationFeed = new RevocationFeed(accounts, 1, { kind: 'poll', everyMs: 1000 }, heardOf());
    accounts.take(0, 'session');
    revocationFeed.close();
    vi.advanceTimersByTime(10_000);
    expect(revocationFeed.known.hasLost(0, 'session')).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
