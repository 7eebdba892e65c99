import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

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
