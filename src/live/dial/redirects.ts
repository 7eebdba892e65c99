import { isIP, isIPv4 } from 'node:net';
import { NETWORK } from '../../core/signal.ts';
import type { StepFailure } from '../../protocols/dial-step.ts';
import type { Endpoint } from '../network/endpoint.ts';
import { reachable } from '../network/reachable.ts';
import { RunRefused } from '../refused.ts';
import { askDns, endpointOf, isLoopback, resolveAllowed } from '../network/resolve.ts';

/** Most places whose addresses are kept; a server that names more of them is looked up each time. */
const KEPT_MAX = 1000;

type Resolve = (url: URL, from: Endpoint) => Promise<string>;

/**
 * Finds the endpoints to which answers of requests before a dial lead: at the host that was asked, on this machine if the
 * target is there, too, or at a host that the user allows. Each address is looked up until it is found, and then kept for the whole run.
 */
export class Redirects {
  readonly #allow: ReadonlySet<string>;
  readonly #resolve: Resolve;
  readonly #addresses = new Map<string, Promise<string>>();

  /** @param allow names of hosts that may be addressed */
  constructor(allow: readonly string[], resolve: Resolve = addressOf) {
    this.#allow = new Set(allow.map((name) => name.toLowerCase()));
    this.#resolve = resolve;
  }

  /** Finds the endpoint for an address that a remote named while a client dialled `from`. Never rejects. */
  async follow(text: string, from: Endpoint): Promise<Endpoint | StepFailure> {
    const url = socketUrl(text);
    if (url === null) return refusal(NETWORK.badHandshake, 'the answer leads to something that is no HTTP address');
    const host = hostOf(url);
    const isHere = host === hostIn(from);
    // A remote must not lead clients with their tokens to services of this machine.
    const isNear = isThisMachine(host) && isThisMachine(from.address);
    if (!isHere && !this.#allow.has(host) && !isNear)
      return refusal(
        NETWORK.dns,
        `the answer leads to ${host}, which is not the target — if you may load-test it, add --allow-host ${host}`,
      );
    try {
      const address = isHere ? from.address : await this.#addressOf(url, from);
      return redirected(url, address, from);
    } catch (error) {
      return refusal(NETWORK.dns, error instanceof RunRefused ? error.message : `${host} does not resolve`);
    }
  }

  #addressOf(url: URL, from: Endpoint): Promise<string> {
    const known = this.#addresses.get(url.host);
    if (known !== undefined) return known;
    const asked = this.#resolve(url, from);
    if (this.#addresses.size < KEPT_MAX) {
      this.#addresses.set(url.host, asked);
      // A name that does not resolve now may do so for a later attempt.
      asked.catch(() => this.#addresses.delete(url.host));
    }
    return asked;
  }
}

async function addressOf(url: URL, { proxy }: Endpoint): Promise<string> {
  const host = hostOf(url);
  const { addresses } = await resolveAllowed(url, [host], askDns, proxy ?? null);
  const { port } = endpointOf(url, '');
  const [first = ''] = proxy === undefined ? await reachable(addresses, port) : addresses;
  return first;
}

function redirected(url: URL, address: string, from: Endpoint): Endpoint {
  const { tls = null, proxy = null, sources } = from;
  const endpoint = endpointOf(url, address, { tls, proxy, servername: null });
  // Planned sources are addresses of loopback, or of the interface that leads to the target.
  const isNear = sources !== undefined && isIPv4(address) && isLoopback(address) === isLoopback(from.address);
  return { ...endpoint, ownPath: true, ...(isNear ? { sources } : {}) };
}

/** The URL for WebSocket of an HTTP URL; null: it is none. */
function socketUrl(text: string): URL | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  if (!/^(?:http|ws)s?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return null;
  const isSecure = url.protocol === 'https:' || url.protocol === 'wss:';
  // The scheme of a URL with a default port can only be changed by writing it anew.
  return new URL(`${isSecure ? 'wss' : 'ws'}://${url.host}${url.pathname}${url.search}`);
}

function hostOf(url: URL): string {
  return url.hostname.replaceAll(/^\[|\]$/g, '').toLowerCase();
}

function hostIn({ authority, secure }: Endpoint): string {
  return hostOf(new URL(`${secure ? 'wss' : 'ws'}://${authority}`));
}

/** Recognises loopback by spelling, so that no remote makes squall look up any name. */
function isThisMachine(host: string): boolean {
  return isIP(host) === 0 ? host === 'localhost' : isLoopback(host);
}

function refusal(signal: StepFailure['signal'], said: string): StepFailure {
  return { signal, said, advice: null };
}
