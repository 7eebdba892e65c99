import { createHook } from 'node:async_hooks';
import { expect, it } from 'vitest';
import type { Carrier } from '../../core/token/carrier.ts';
import { warmUp } from './warm-up.ts';

const CARRIERS: readonly Carrier[] = [
  { kind: 'header' },
  { kind: 'message' },
  { kind: 'subprotocol', protocol: 'squall', prefix: 'token.', encoding: 'none' },
];

it.each(CARRIERS)('the warm-up ends, and leaves nothing open, with the token in $kind', async (carrier) => {
  const before = openSockets();
  await warmUp(carrier, { handshakes: 1, requests: 1 });
  await expect.poll(openSockets).toBe(before);
});

it('a warm-up goes on where an earlier one of the same thread ended', async () => {
  const carrier = { kind: 'query', name: 'token' } as const;
  // 8 rounds of 40 at least.
  expect(await connectionsOf(() => warmUp(carrier, { handshakes: 0, requests: 0 }))).toBe(0);
  expect(await connectionsOf(() => warmUp(carrier, { handshakes: 1, requests: 0 }))).toBe(320);
  expect(await connectionsOf(() => warmUp(carrier, { handshakes: 1, requests: 1 }))).toBe(320);
  expect(await connectionsOf(() => warmUp(carrier, { handshakes: 400, requests: 320 }))).toBe(80);
  expect(await connectionsOf(() => warmUp(carrier, { handshakes: 100, requests: 100 }))).toBe(0);
});

function openSockets(): number {
  return process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP')).length;
}

/** Number of TCP connections that `work` opens. */
async function connectionsOf(work: () => Promise<void>): Promise<number> {
  let count = 0;
  const hook = createHook({
    init(_id, type) {
      if (type === 'TCPCONNECTWRAP') count += 1;
    },
  }).enable();
  await work();
  hook.disable();
  return count;
}
