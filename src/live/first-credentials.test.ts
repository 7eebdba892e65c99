import { getMaxListeners } from 'node:events';
import { expect, test } from 'vitest';
import { NETWORK } from '../core/signal.ts';
import { firstCredentials } from './first-credentials.ts';
import { failed } from './token-requests.ts';

test('every login under way may listen to the same signal', async () => {
  let most = 0;
  let underWay = 0;
  let allowed = Infinity;
  const first = async (_client: number, abort: AbortSignal) => {
    most = Math.max(most, ++underWay);
    allowed = Math.min(allowed, getMaxListeners(abort));
    await new Promise(setImmediate);
    underWay -= 1;
    return failed(NETWORK.other);
  };
  await firstCredentials({ first }, { access: [], refresh: [] }, 200, () => {});
  expect(most).toBeGreaterThan(10);
  expect(allowed).toBeGreaterThanOrEqual(most);
});
