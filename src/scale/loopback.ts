import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { isLoopback } from '../live/network/resolve.ts';
import type { WorkerTask } from '../live/worker/shard-host.ts';
import { RunRefused } from '../live/refused.ts';

/**
 * Names the loopback network of this process: processes with the same name reach the same servers on 127.0.0.1. On Linux
 * it is the boot and the network namespace, since containers of one machine have loopbacks of their own; elsewhere the
 * host's name.
 */
export function loopbackName(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/net')}`;
  } catch {
    return hostname();
  }
}

/**
 * Checks that this process reaches the loopback addresses of another.
 *
 * @param name `loopbackName` of the other; null: it has none
 * @throws RunRefused
 */
export function checkSharesLoopback(name: string | null): void {
  if (name === null || name === loopbackName()) return;
  throw new RunRefused(
    'does-not-fit',
    'the target is a loopback address of another machine, that of the coordinator',
    'name an address in target.url that all machines reach (squall serve starts a target), or start the workers on that machine only',
  );
}

/** Whether clients connect to this machine itself: to a target, a token service or a proxy on it. */
export function usesLoopback({ gateways, access }: Pick<WorkerTask, 'gateways' | 'access'>): boolean {
  const services = access.endpoint?.services ?? [];
  const addresses = [
    ...gateways.map(({ proxy, address }) => proxy?.address ?? address),
    ...services.flatMap(({ proxy, addresses: own }) => proxy?.address ?? own),
  ];
  return addresses.some((address) => isLoopback(address));
}
