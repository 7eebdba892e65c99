import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import type { ProxyPlan } from './proxy-plan.ts';
import type { TlsPlan } from './tls-plan.ts';
import { RunRefused } from '../refused.ts';
import type { Endpoint } from './endpoint.ts';

/** Addresses that squall may connect to, at least one. */
export interface Resolved {
  /** behind a proxy, the name itself, which the proxy resolves */
  readonly addresses: readonly string[];
  /** whether all of them are this machine */
  readonly loopback: boolean;
}

type AskForAddresses = (host: string) => Promise<readonly string[]>;

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Returns whether it is an IP address of loopback: 127.0.0.0/8, also as IPv6, or ::1. */
export function isLoopback(address: string): boolean {
  const version = isIP(address);
  return version !== 0 && LOOPBACK.check(address, version === 6 ? 'ipv6' : 'ipv4');
}

/**
 * Resolves a URL's host, once for the whole run, so that no later answer of the DNS can point the load elsewhere.
 * Anything but loopback must be allowed by name.
 *
 * @param ask looks up the addresses of a name; rejects when there are none
 * @param proxy proxy that will resolve the name again; it has been checked
 * @throws RunRefused when the name does not resolve, or is not allowed
 */
export async function resolveAllowed(
  url: URL,
  allow: readonly string[],
  ask: AskForAddresses = askDns,
  proxy: Pick<ProxyPlan, 'loopback'> | null = null,
): Promise<Resolved> {
  const host = hostOf(url);
  const isAllowed = isIn(allow, host);
  if (proxy !== null && isAllowed) return { addresses: [host], loopback: false };
  const addresses = isIP(host) ? [host] : [...new Set(await addressesOf(host, ask))];
  if (addresses.length === 0) throw new RunRefused('no-answer', `${host} has no address`, 'check the name');
  if (addresses.every(isLoopback)) {
    // Another machine's proxy would take the name, or the address, for itself.
    if (proxy?.loopback !== false) return { addresses, loopback: true };
    throw new RunRefused(
      'not-allowed',
      `${host} is this machine, and the proxy (target.proxy) is another one, which would connect to itself`,
      `remove target.proxy, or name the target as the proxy knows it`,
    );
  }
  if (isAllowed) return { addresses, loopback: false };
  const foreign = addresses.find((candidate) => !isLoopback(candidate));
  throw notAllowed(
    host,
    host === foreign ? `${host} is not a loopback address` : `${host} resolves to ${foreign}, which is not loopback`,
  );
}

/**
 * Checks that a host which is not this machine is allowed by name, without looking it up.
 *
 * @throws RunRefused
 */
export function checkAllowed(url: URL, allow: readonly string[]): void {
  const host = hostOf(url);
  if (!isIn(allow, host)) throw notAllowed(host, `${host} is not this machine`);
}

function isIn(allow: readonly string[], host: string): boolean {
  return allow.some((name) => name.toLowerCase() === host);
}

function notAllowed(host: string, why: string): RunRefused {
  return new RunRefused(
    'not-allowed',
    why,
    `if you may load-test it, say so: --allow-host ${host}, or target.allow: [${host}] in the scenario`,
  );
}

/** Settings of a target for the way to it. */
export interface Way {
  readonly tls: TlsPlan | null;
  readonly proxy: ProxyPlan | null;
  /** name for SNI and certificates; default: the URL's host */
  readonly servername: string | null;
}

const PLAIN_WAY: Way = { tls: null, proxy: null, servername: null };

/**
 * Makes the endpoint for WebSocket connections to `url`.
 *
 * @param address one of those to which its host resolved
 */
export function endpointOf(url: URL, address: string, { tls, proxy, servername }: Way = PLAIN_WAY): Endpoint {
  const secure = url.protocol === 'wss:';
  return {
    address,
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    secure,
    hostName: servername ?? hostOf(url),
    authority: url.host,
    path: `${url.pathname}${url.search}`,
    ...(tls === null ? {} : { tls }),
    ...(proxy === null ? {} : { proxy }),
  };
}

/** Returns the host without the brackets of an IPv6 literal. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
}

export async function askDns(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

async function addressesOf(host: string, ask: AskForAddresses): Promise<readonly string[]> {
  try {
    return await ask(host);
  } catch {
    throw new RunRefused('no-answer', `${host} does not resolve`, 'check the name, or the network of this machine');
  }
}
