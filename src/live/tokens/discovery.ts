import type { Discovered } from '../../identity/endpoint.ts';
import { HttpRequests } from '../http/http-requests.ts';
import { RunRefused } from '../refused.ts';
import { askDns, resolveAllowed, type Way } from '../network/resolve.ts';

/** Longest time of a discovery, ms. */
const TIMEOUT_MS = 10_000;
/** Methods of client authentication of a service that names none (OpenID Connect Discovery 1.0 section 3). */
const USUAL_METHODS = ['client_secret_basic'];

/**
 * Reads the discovery document of an issuer: OpenID Connect's, or else RFC 8414's. The issuer's host is checked like the
 * target's.
 *
 * @throws RunRefused when there is none, it is of another issuer, or the host may not be addressed
 */
export async function discover(
  issuer: string,
  allow: readonly string[],
  { tls, proxy }: Pick<Way, 'tls' | 'proxy'> = { tls: null, proxy: null },
): Promise<Discovered> {
  const url = new URL(issuer);
  const { addresses } = await resolveAllowed(url, allow, askDns, proxy);
  const oauth = await import('oauth4webapi');
  const http = new HttpRequests([{ origin: url.origin, addresses, proxy }], {
    pooled: false,
    connectTimeoutMs: TIMEOUT_MS,
    tls,
  });
  const fetchPinned = async (at: string): Promise<Response> => {
    const headers = { accept: 'application/json' };
    const answer = await http.send(
      { method: 'GET', url: at, headers, body: null },
      '',
      AbortSignal.timeout(TIMEOUT_MS),
    );
    if ('signal' in answer) throw new Error(answer.said ?? 'no answer');
    return new Response(answer.status === 204 ? null : answer.body, {
      status: Math.max(200, answer.status),
      headers: { 'content-type': String(answer.headers['content-type'] ?? '') },
    });
  };
  const failures: string[] = [];
  for (const algorithm of ['oidc', 'oauth2'] as const) {
    try {
      const options = { algorithm, [oauth.customFetch]: fetchPinned, [oauth.allowInsecureRequests]: true };
      const server = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, options));
      const { token_endpoint: tokenUrl, token_endpoint_auth_methods_supported: authMethods = USUAL_METHODS } = server;
      if (tokenUrl === undefined || !isHttp(tokenUrl)) throw new Error('it names no token endpoint');
      return { issuer: server.issuer, tokenUrl: new URL(tokenUrl).href, authMethods };
    } catch (error) {
      failures.push(error instanceof Error ? error.message : 'for no stated reason');
    }
  }
  throw new RunRefused(
    'no-answer',
    `the issuer ${issuer} has no discovery document that can be used (${failures.join('; ')})`,
    'check the issuer, as the iss claim of its tokens has it, or write the URL of the token endpoint in place of it',
  );
}

/** Whether a URL can be asked by HTTP; one with credentials cannot. */
function isHttp(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return (protocol === 'http:' || protocol === 'https:') && username === '' && password === '';
}
