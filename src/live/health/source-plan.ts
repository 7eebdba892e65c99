import { isIP, isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Dialled } from '../network/dialled.ts';
import type { MachineLimits, Shortfall } from './preflight.ts';
import { RunRefused } from '../refused.ts';
import { isLoopback } from '../network/resolve.ts';
import { WHOLE } from '../worker/shards.ts';
import type { PortRange, Sources } from '../network/sources.ts';

/** Ports below this one often belong to services that may start during a run. */
const FIRST_PORT = 10_000;
const LAST_PORT = 65_535;
/** What a system gives to connections that does not say it. */
const NO_PORTS: PortRange = { low: LAST_PORT, high: LAST_PORT };
/** Ports to choose from where the system gives all ports to everybody. */
const LEAST_PORTS = 1000;
/**
 * Share of the system's ports up to which it finds a free one quickly. Linux gives connections every second port first, and keeps
 * the port of a closed connection for a minute; where most of them are taken, its search costs more than the rest of a handshake.
 */
const CALM_SHARE = 0.125;
/** Sources for each client, so that a port rests before it is used again. */
const SOURCES_PER_CLIENT = 4;
/** Loopback addresses from which clients connect at most: 127.0.1.1 to 127.0.1.250. */
const MAX_LOOPBACK_ADDRESSES = 250;

/** What the source addresses of a run depend on. */
export interface SourceDemand {
  readonly gateways: readonly Dialled[];
  /** clients on this machine */
  readonly clients: number;
  /** parts among which the ports are divided, since several may run on this machine */
  readonly parts: number;
  /** `generator.localAddresses` */
  readonly localAddresses: readonly string[];
}

/**
 * Plans the source addresses of connections: a TCP connection to one address and port differs from another in its source only.
 *
 * @param listening ports that programs on this machine listen on
 * @returns null: the system chooses
 * @throws RunRefused when there are too few ports, or a listed address is none of this machine's
 */
export function planSources(
  demand: SourceDemand,
  { ports }: MachineLimits,
  listening: () => readonly number[],
): Sources | null {
  const { gateways, clients, parts, localAddresses } = demand;
  if (localAddresses.length > 0) checkAddresses(localAddresses, gateways);
  const shortfall = portShortfall(demand, ports);
  if (shortfall !== null) throw new RunRefused('does-not-fit', shortfall.message, shortfall.fix);
  const own = ownPorts(ports ?? NO_PORTS);
  if (localAddresses.length > 0) return { addresses: localAddresses, ports: own, taken: listening(), ...WHOLE };
  if (ports === null || clients <= sizeOf([ports]) * gateways.length * CALM_SHARE) return null;
  if (gateways.every(hasManySources)) {
    const wanted = Math.ceil((clients * parts * SOURCES_PER_CLIENT) / (sizeOf(own) * gateways.length));
    const addresses = Array.from({ length: Math.min(MAX_LOOPBACK_ADDRESSES, wanted) }, (_, n) => `127.0.1.${n + 1}`);
    return { addresses, ports: own, taken: listening(), ...WHOLE };
  }
  return null;
}

/**
 * Shortfall of source ports on a machine. The embedded target and others on loopback take connections from many addresses.
 *
 * @param ports ports that its system gives to connections; null: it does not say
 */
export function portShortfall(
  { gateways, clients, parts, localAddresses }: SourceDemand,
  ports: PortRange | null,
): Shortfall | null {
  if (localAddresses.length > 0) {
    const own = sizeOf(ownPorts(ports ?? NO_PORTS));
    const room = Math.floor((localAddresses.length * own * gateways.length) / parts);
    return clients <= room ? null : tooFew(clients, `generator.localAddresses has ${room}`, MORE_ADDRESSES);
  }
  if (ports === null || gateways.every(hasManySources)) return null;
  const room = sizeOf([ports]) * gateways.length;
  const has = `one source address has ${room} (${ports.low}-${ports.high})`;
  return clients <= room ? null : tooFew(clients, has, room === 0 ? MORE_ADDRESSES : fixFor(gateways));
}

function hasManySources({ address, proxy }: Dialled): boolean {
  return proxy === undefined && isIPv4(address) && isLoopback(address);
}

/**
 * Connections for which there are source ports.
 *
 * @param ports ports that the system gives to connections
 * @param gateways gateways of an embedded target; 0: the target is foreign, and one of its addresses is dialled from one
 */
export function portRoom(ports: PortRange, gateways: number): number {
  if (gateways === 0) return ports.high - ports.low + 1;
  return (gateways * MAX_LOOPBACK_ADDRESSES * sizeOf(ownPorts(ports))) / SOURCES_PER_CLIENT;
}

/** The ports outside those of the system; a few of the last ones where these are all. */
function ownPorts({ low, high }: PortRange): readonly PortRange[] {
  const outside = [
    { low: FIRST_PORT, high: Math.min(LAST_PORT, low - 1) },
    { low: Math.max(FIRST_PORT, high + 1), high: LAST_PORT },
  ].filter((range) => range.high >= range.low);
  return sizeOf(outside) >= LEAST_PORTS ? outside : [{ low: LAST_PORT - LEAST_PORTS + 1, high: LAST_PORT }];
}

function sizeOf(ranges: readonly PortRange[]): number {
  return ranges.reduce((sum, { low, high }) => sum + high - low + 1, 0);
}

const MORE_ADDRESSES = 'name more addresses, or spread the clients over several machines';

function fixFor(gateways: readonly Dialled[]): string {
  if (gateways.some(({ proxy }) => proxy !== undefined)) return 'spread the clients over several machines';
  if (gateways.some(({ address }) => address === '::1'))
    return 'let the target listen on 127.0.0.1, since ::1 is the only loopback address of IPv6';
  return 'name addresses of this machine in generator.localAddresses, or sudo sysctl -w net.ipv4.ip_local_port_range="1024 65535"';
}

function tooFew(clients: number, has: string, fix: string): Shortfall {
  const message = `${clients} clients need as many source ports for each address of the target; ${has}`;
  return { limit: 'ports', severity: 'refuse', message, fix };
}

function checkAddresses(listed: readonly string[], gateways: readonly Dialled[]): void {
  const fix = 'name addresses of this machine (ip addr)';
  const ours = new Set(Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address)));
  const foreign = listed.find((address) => !ours.has(address) && !(isIPv4(address) && isLoopback(address)));
  if (foreign !== undefined)
    throw new RunRefused('does-not-fit', `generator.localAddresses: ${foreign} is no address of this machine`, fix);
  const proxied = gateways.find(({ proxy }) => proxy !== undefined);
  if (proxied !== undefined)
    throw new RunRefused(
      'does-not-fit',
      'generator.localAddresses: connections through a proxy (target.proxy) have the address that the system chooses',
      'remove one of the two',
    );
  const other = gateways.find(({ address }) => listed.some((own) => isIP(own) !== isIP(address)));
  if (other !== undefined)
    throw new RunRefused(
      'does-not-fit',
      `generator.localAddresses: the target's address ${other.address} is of another version of IP`,
      'name addresses of the same version',
    );
}
