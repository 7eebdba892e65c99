import { expect, it } from 'vitest';
import { expectMs, measuredIn, scenarioOf } from '../testing/simulated.ts';

async function logins(...sets: readonly string[]) {
  const text = `
duration: 20s
users: { generate: { id: 'u-{client}' } }
target: { url: 'ws://127.0.0.1:1/' }
clients: { count: 20, perUser: 2 }
tokens:
  lifetime: 60s
  login: { rate: 20/s }
  source: { endpoint: { login: { url: 'http://127.0.0.1:1/', form: { user: '{user.id}' } } } }
model: { refreshes: 10/s }
`;
  const { counts, timings } = await measuredIn(scenarioOf(text, 'model.latency=5ms', ...sets));
  return { before: counts.loginsBefore, answered: timings.login.count, longestMs: timings.login.quantileMs(1) };
}

it('logins before the run are paced, and wait in line where the service is slower', async () => {
  const { before, answered, longestMs } = await logins();
  expect({ before, answered }).toEqual({ before: 20, answered: 20 });
  // The last one comes 950 ms after the first, and is the twentieth of 100 ms each; four trips.
  expectMs(longestMs, 2000 - 950 + 20);
  const shared = await logins('tokens.source.endpoint.flight=user');
  expect(shared).toMatchObject({ before: 10, answered: 10 });
  expectMs(shared.longestMs, 1000 - 450 + 20);
  expect(await logins('model.refreshes=0/s')).toMatchObject({ before: 0, answered: 0 });
  expect(await logins('tokens.login.during=run')).toMatchObject({ before: 0 });
});
