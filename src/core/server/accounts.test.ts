import { expect, it } from 'vitest';
import { Accounts } from './accounts.ts';

it('each loss is taken once, and nothing is taken from a session that is over', () => {
  const accounts = new Accounts(3);
  expect(accounts.take(1, 'role')).toBe(true);
  expect(accounts.take(1, 'role')).toBe(false);
  expect([0, 1].map((client) => accounts.mayCommand(client))).toEqual([true, false]);
  expect(accounts.take(1, 'session')).toBe(true);
  expect(accounts.take(1, 'tenant')).toBe(false);
  expect(accounts.hasLost(1, 'tenant')).toBe(false);
});

it('clients beyond the population lose nothing', () => {
  const accounts = new Accounts(3);
  expect(accounts.take(3, 'session')).toBe(false);
  expect(accounts.hasLost(3, 'session')).toBe(false);
  expect(accounts.mayCommand(3)).toBe(true);
});
