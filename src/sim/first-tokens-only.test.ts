import { expect, it } from 'vitest';
import { failuresOf, scenarioOf, simulated } from '../testing/simulated.ts';

const TOKENS_ONCE = `
duration: 60s
target: { url: 'ws://127.0.0.1:1' }
users: { file: users.csv }
tokens: { lifetime: 20s, issued: together, refresh: { lead: 10s }, source: { file: { access: '{user.access}' } } }
clients: { count: 10, arrive: { over: 1s } }
`;

it('clients without a next token keep their connection while the token lasts, and then give up, as on real sockets', async () => {
  const { outcome } = await simulated(scenarioOf(TOKENS_ONCE, 'faults=[{ at: 15s, drop: reset }]'));
  const { counts, curves } = outcome.measurements;
  // Dropped at 15 s, they come back with the token that they have.
  expect(curves.total('recovered')).toBe(10);
  expect(curves.total('lostExpired')).toBe(10);
  expect(counts.stoppedGaveUp).toBe(10);
  expect(failuresOf(outcome.measurements, 'refresh')).toEqual({ 'no-next-token': 10 });
});
