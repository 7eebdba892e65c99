import type { Environment } from '../core/template/environment.ts';
import { fill, inUrl } from '../core/template/template.ts';
import { impliedAuth, type ApplicationPlan } from '../scenario/schema/token-endpoint.ts';

/** How the application itself is authenticated at a token endpoint, with the environment's values in it. */
export type ClientAuth =
  /** `client_id` in the body; the TLS certificate, if there is one, proves it */
  | { readonly kind: 'none' | 'tls'; readonly id: string }
  | { readonly kind: 'post' | 'basic'; readonly id: string; readonly secret: string }
  /** a signed assertion, made for each request, since a service takes each of them once (RFC 7523 section 3) */
  | { readonly kind: 'private-key-jwt'; readonly id: string };

/**
 * Makes the authentication of an application ready.
 *
 * @param supported methods that a discovery document names; null: there is none
 * @param path dotted path of the application in its scenario
 */
export function clientAuth(
  plan: ApplicationPlan,
  environment: Environment,
  supported: readonly string[] | null,
  path: string,
): ClientAuth {
  const id = fill(environment.bind(plan.id, `${path}.id`), { client: 0 });
  const kind = impliedAuth(plan, supported);
  if (kind !== 'post' && kind !== 'basic') return { kind, id };
  const secret = plan.secret === null ? '' : fill(environment.bind(plan.secret, `${path}.secret`), { client: 0 });
  return { kind, id, secret };
}

/** The `Authorization` header of HTTP Basic, of which id and secret are form-encoded first (RFC 6749 section 2.3.1). */
export function basicHeader(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${formEncoded(id)}:${formEncoded(secret)}`).toString('base64')}`;
}

/** Encodes everything but letters and digits, and a blank as `+` (WHATWG URL section 5). */
function formEncoded(text: string): string {
  return inUrl(text)
    .replaceAll('%20', '+')
    .replaceAll(/[-_.!~*'()]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The fields that a client adds to the body of its requests. */
export function bodyFields(client: ClientAuth): Readonly<Record<string, string>> {
  switch (client.kind) {
    case 'basic':
      return {};
    case 'post':
      return { client_id: client.id, client_secret: client.secret };
    default:
      return { client_id: client.id };
  }
}

/** Fields of a signed assertion (RFC 7523 section 2.2). */
export function assertionFields(assertion: string): Readonly<Record<string, string>> {
  return {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  };
}
