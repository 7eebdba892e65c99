import { asIs, fill, inUrl } from '../../core/template/template.ts';
import type { Environment } from '../../core/template/environment.ts';
import type { Template } from '../../core/template/template.ts';
import { resolveAllowed } from './resolve.ts';

/** An HTTP proxy that opens tunnels (RFC 9110 section 9.3.6). Plain data, which is sent to workers in memory only. */
export interface ProxyPlan {
  readonly address: string;
  readonly port: number;
  readonly loopback: boolean;
  /** value of Proxy-Authorization; null: none */
  readonly authorization: string | null;
}

const HTTP_PORT = 80;

/**
 * Looks a scenario's proxy up, which has to be allowed as the target has.
 *
 * @param template null: the scenario has no proxy
 * @throws RunRefused when it may not be addressed, or is not found
 */
export async function proxyPlan(
  template: Template | null,
  allow: readonly string[],
  environment: Environment,
): Promise<ProxyPlan | null> {
  if (template === null) return null;
  // Credentials may hold anything, so they are escaped until the URL has been taken apart.
  const url = new URL(fill(environment.bind(template, 'target.proxy', inUrl), { client: 0 }, asIs));
  const {
    addresses: [address = ''],
    loopback,
  } = await resolveAllowed(url, allow);
  const port = url.port === '' ? HTTP_PORT : Number(url.port);
  if (url.username === '') return { address, port, loopback, authorization: null };
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
  environment.used.add(authorization.slice('Basic '.length));
  return { address, port, loopback, authorization };
}
