import { readRegular } from '../../disk/regular-file.ts';
import { Environment } from '../../core/template/environment.ts';
import { readyEndpoint, type Discovered, type ReadyEndpoint } from '../../identity/endpoint.ts';
import { algorithmFor } from '../../jwt/jwk-shape.ts';
import { ScenarioError } from '../../scenario/problem.ts';
import { tokenEndpoint, type ApplicationPlan, type TokenEndpointPlan } from '../../scenario/schema/token-endpoint.ts';
import type { AssertionKey } from './client-assertion.ts';
import { discover } from './discovery.ts';
import type { HttpService } from '../http/http-service.ts';
import { readPrivateJwk } from '../network/private-key.ts';
import type { ProxyPlan } from '../network/proxy-plan.ts';
import { askDns, isLoopback, resolveAllowed, type Way } from '../network/resolve.ts';
import type { TlsPlan } from '../network/tls-plan.ts';

/** A token endpoint as workers use it. It is secret, and sent to them in memory only. */
export interface TokenEndpoint {
  readonly steps: ReadyEndpoint;
  /** the services that its requests address */
  readonly services: readonly HttpService[];
  /** key of the application's assertions; null: it makes none */
  readonly assertion: AssertionKey | null;
  /** null: Node's defaults */
  readonly tls: TlsPlan | null;
}

/** Most bytes of a certificate or key file. */
const MAX_FILE_BYTES = 256 * 1024;

/**
 * Makes a scenario's endpoint ready: reads the discovery document, the environment and the files that it names, and looks
 * up its hosts, which are checked like the gateway's.
 *
 * @param way of the target: its authorities are trusted here, too, and its proxy is used
 * @throws RunRefused when a host may not be addressed or cannot be found
 * @throws ScenarioError when a file does not hold what it should
 */
export async function prepareEndpoint(
  plan: TokenEndpointPlan,
  environment: Environment,
  allow: readonly string[],
  { tls, proxy }: Pick<Way, 'tls' | 'proxy'>,
): Promise<TokenEndpoint> {
  const discovered = plan.oidc === null ? null : await discover(plan.oidc, allow, { tls, proxy });
  const steps = readyEndpoint(plan, environment, discovered);
  return {
    steps,
    services: await servicesOf(steps, allow, proxy),
    assertion: await assertionKey(plan, steps, discovered),
    tls: plan.client === null ? tls : withCertificate(plan.client, tls),
  };
}

/** Whether all services of an endpoint are this machine. */
export function isNear(endpoint: TokenEndpoint | null): boolean {
  return endpoint === null || endpoint.services.every(({ addresses }) => addresses.every(isLoopback));
}

/** An endpoint of RFC 6749 without client authentication, as the embedded target has. */
export function plainEndpoint(tokenUrl: string, address: string): TokenEndpoint {
  const form = { grant_type: 'refresh_token', refresh_token: '{refresh}' };
  const plan = tokenEndpoint.parse({ refresh: { url: tokenUrl, form } });
  const steps = readyEndpoint(plan, new Environment(() => undefined));
  return {
    steps,
    services: [{ origin: new URL(tokenUrl).origin, addresses: [address], proxy: null }],
    assertion: null,
    tls: null,
  };
}

async function servicesOf(
  steps: ReadyEndpoint,
  allow: readonly string[],
  proxy: ProxyPlan | null,
): Promise<readonly HttpService[]> {
  const { login, refresh, ticket, csrf } = steps;
  const requests = [login?.request, refresh?.request, ticket?.request, csrf];
  const origins = new Set(requests.flatMap((request) => request?.origin ?? []));
  return Promise.all(
    [...origins].map(async (origin) => {
      const { addresses } = await resolveAllowed(new URL(origin), allow, askDns, proxy);
      return { origin, addresses, proxy };
    }),
  );
}

async function assertionKey(
  { client }: TokenEndpointPlan,
  { login, refresh }: ReadyEndpoint,
  discovered: Discovered | null,
): Promise<AssertionKey | null> {
  if (client === null || client.keyFile === null) return null;
  const { keyFile } = client;
  const path = 'tokens.source.endpoint.client.keyFile';
  const complain = (message: string): ScenarioError => new ScenarioError([{ place: { file: keyFile }, path, message }]);
  const read = async (): Promise<string> => readRegular(keyFile, MAX_FILE_BYTES, false).toString('utf8');
  const jwk = await readPrivateJwk(keyFile, null, complain, read);
  const algorithm = algorithmFor(jwk);
  const request = (login ?? refresh)?.request;
  if (algorithm === undefined || request === undefined || request.asserts === null) return null;
  return { jwk, algorithm, clientId: request.asserts, audience: discovered?.issuer ?? request.path.text };
}

/** Settings for TLS with the certificate of the application, if it has one. */
function withCertificate({ cert, key }: ApplicationPlan, tls: TlsPlan | null): TlsPlan | null {
  if (cert === null || key === null) return tls;
  const certificates = [{ cert: pemIn(cert, 'cert'), key: pemIn(key, 'key') }];
  return { ca: tls?.ca ?? null, verify: tls?.verify ?? true, certificates, certificateOf: null };
}

function pemIn(file: string, name: string): string {
  const path = `tokens.source.endpoint.client.${name}`;
  try {
    return readRegular(file, MAX_FILE_BYTES, false).toString('utf8');
  } catch {
    throw new ScenarioError([{ place: { file }, path, message: 'cannot be read — name a file in PEM' }]);
  }
}
