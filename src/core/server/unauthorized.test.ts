import { expect, it } from 'vitest';
import { Accounts } from './accounts.ts';
import { UNAUTHENTICATED, UnauthorizedCount } from './unauthorized.ts';

it('counts a forbidden command by the first reason that applies', () => {
  const accounts = new Accounts(4);
  const unauthorized = new UnauthorizedCount(accounts);
  accounts.take(1, 'session');
  accounts.take(2, 'role');
  for (const [client, now] of [
    [UNAUTHENTICATED, 500],
    [0, 999],
    [0, 1000],
    [1, 1000],
    [2, 999],
    [2, 1000],
  ] as const)
    unauthorized.tookEffect(client, 1000, now);
  expect(unauthorized.counts).toEqual({ beforeAuth: 1, revoked: 1, expired: 2, forbidden: 1 });
});
