import type { Scenario } from '../../scenario/scenario.ts';
import { resolveAllowed } from './resolve.ts';

const LOOPBACK = '127.0.0.1';

/** Where clients connect to. */
export interface Dialled {
  readonly address: string;
  /** absent: none */
  readonly proxy?: object;
}

/**
 * Looks up where the clients of a scenario connect to, before a run has prepared anything.
 *
 * @throws RunRefused when a name does not resolve, or is not allowed
 */
export async function dialledAddresses({ target }: Scenario): Promise<readonly Dialled[]> {
  if (target.kind === 'embedded') return Array.from({ length: target.gateways }, () => ({ address: LOOPBACK }));
  const url = new URL(target.url);
  if (target.proxy !== null) return [{ address: url.hostname, proxy: {} }];
  const { addresses } = await resolveAllowed(url, target.allow);
  return addresses.map((address) => ({ address }));
}
