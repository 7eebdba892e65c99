import { expect, it } from 'vitest';
import type { Carrier } from '../core/token/carrier.ts';
import { warmUp } from './warm-up.ts';

const CARRIERS: readonly Carrier[] = [
  { kind: 'header' },
  { kind: 'message' },
  { kind: 'subprotocol', protocol: 'squall', prefix: 'token.', encoding: 'none' },
];

it.each(CARRIERS)('the warm-up ends, and leaves nothing open, with the token in $kind', async (carrier) => {
  const before = openSockets();
  await warmUp(carrier, 1);
  await expect.poll(openSockets).toBe(before);
});

function openSockets(): number {
  return process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP')).length;
}
