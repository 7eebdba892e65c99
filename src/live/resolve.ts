import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import type { TlsPlan } from './tls-plan.ts';
import { RunRefused } from './refused.ts';
import type { Endpoint } from './endpoint.ts';

/** An address that squall may connect to. */
export interface Resolved {
  readonly address: string;
  readonly loopback: boolean;
}

type AskForAddresses = (host: string) => Promise<readonly string[]>;

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Returns whether an IP address is loopback: 127.0.0.0/8, also as IPv6, or ::1. */
export function isLoopback(address: string): boolean {
  return LOOPBACK.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/**
 * Resolves a URL's host, once for the whole run, so that no later answer of the DNS can point the load elsewhere.
 * Anything but loopback must be allowed by name.
 *
 * @param ask looks up the addresses of a name; rejects when there are none
 * @throws RunRefused when the name does not resolve, or is not allowed
 */
export async function resolveAllowed(
  url: URL,
  allow: readonly string[],
  ask: AskForAddresses = askDns,
): Promise<Resolved> {
  const host = hostOf(url);
  const addresses = isIP(host) ? [host] : await addressesOf(host, ask);
  const [address] = addresses;
  if (address === undefined) throw new RunRefused('no-answer', `${host} has no address`, 'check the name');
  if (addresses.every(isLoopback)) return { address, loopback: true };
  if (allow.some((name) => name.toLowerCase() === host)) return { address, loopback: isLoopback(address) };
  const foreign = addresses.find((candidate) => !isLoopback(candidate));
  throw new RunRefused(
    'not-allowed',
    host === foreign ? `${host} is not a loopback address` : `${host} resolves to ${foreign}, which is not loopback`,
    `if you may load-test it, say so: --allow-host ${host}, or target.allow: [${host}] in the scenario`,
  );
}

/**
 * Makes the endpoint for WebSocket connections to `url`.
 *
 * @param servername name for SNI and certificates; default: the URL's host
 */
export function endpointOf(
  url: URL,
  resolved: Resolved,
  tls: TlsPlan | null = null,
  servername: string | null = null,
): Endpoint {
  const secure = url.protocol === 'wss:';
  return {
    address: resolved.address,
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    secure,
    hostName: servername ?? hostOf(url),
    authority: url.host,
    path: `${url.pathname}${url.search}`,
    ...(tls === null ? {} : { tls }),
  };
}

/** Returns the host without the brackets of an IPv6 literal. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
}

async function askDns(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

async function addressesOf(host: string, ask: AskForAddresses): Promise<readonly string[]> {
  try {
    return await ask(host);
  } catch {
    throw new RunRefused('no-answer', `${host} does not resolve`, 'check the name, or the network of this machine');
  }
}
