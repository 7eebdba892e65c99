import { type Codec, scalar, type ValueOf } from '../../core/codec/codec.ts';
import { object } from '../../core/codec/object.ts';
import { refusal, type Rejection } from '../../core/codec/reject.ts';
import { boolean, word } from '../../core/codec/scalars.ts';
import { url } from '../../core/codec/url.ts';
import { MAX_TEMPLATE_CHARS } from '../../core/limits.ts';
import { holesOf, readTemplate, type Template } from '../../core/template/template.ts';
import { templateText } from '../../core/template/template-text.ts';
import { fileName } from './file-name.ts';
import { csrfRequest, ticketRequest, tokenRequest } from './token-request.ts';

/** Text from the environment. What was written in its place is never shown, since it may be the secret itself. */
export const environmentText: Codec<Template> = scalar(readSecret, ({ text: written }) => written, {
  type: 'string',
  maxLength: MAX_TEMPLATE_CHARS,
  examples: ['{env.CLIENT_SECRET}'],
});

function readSecret(input: unknown): Template | Rejection {
  const template = typeof input === 'string' && input.length <= MAX_TEMPLATE_CHARS ? readTemplate(input) : null;
  const holes = template === null || 'unknownHole' in template ? [] : holesOf(template);
  if (template === null || 'unknownHole' in template || holes.length === 0 || holes.some(({ kind }) => kind !== 'env'))
    return refusal('a secret that is not read from the environment — write a variable, such as {env.CLIENT_SECRET}');
  return template;
}

/** How an application is authenticated. */
const clientAuth = word(['none', 'post', 'basic', 'private-key-jwt', 'tls']);

export type ClientAuthKind = ValueOf<typeof clientAuth>;

/** The application, as which all clients ask for tokens (RFC 6749 section 2). */
const applicationKeys = object({
  id: templateText({ holes: ['env'], maxChars: MAX_TEMPLATE_CHARS, example: 'web' }).describe('client_id'),
  auth: clientAuth
    .orNull()
    .describe(
      'how it is authenticated: by a secret in the body (post) or in HTTP Basic, by a signed assertion, by the TLS certificate; default: as the other keys and the discovery document say, of a secret otherwise post',
    ),
  secret: environmentText.orNull().describe('client_secret, of post and basic'),
  keyFile: fileName().orNull().describe('file with a private JWK, of private-key-jwt'),
  cert: fileName().orNull().describe('file with a certificate in PEM, of tls'),
  key: fileName().orNull().describe('file with its private key in PEM, of tls'),
}).refine((plan, refuse) => {
  const auth = impliedAuth(plan);
  const needs = (name: 'secret' | 'keyFile' | 'cert' | 'key', ...kinds: readonly ClientAuthKind[]): void => {
    const isNeeded = kinds.includes(auth);
    if (isNeeded && plan[name] === null) refuse(`missing — auth: ${auth} needs it`, [name]);
    if (!isNeeded && plan[name] !== null)
      refuse(`of no use with auth: ${auth} — remove it, or set another auth`, [name]);
  };
  needs('secret', 'post', 'basic');
  needs('keyFile', 'private-key-jwt');
  needs('cert', 'tls');
  needs('key', 'tls');
});

const application = applicationKeys.withSchema({
  ...applicationKeys.schema,
  examples: [{ id: 'web' }, { id: 'web', auth: 'basic', secret: '{env.CLIENT_SECRET}' }],
});

export type ApplicationPlan = ValueOf<typeof application>;

/**
 * How an application is authenticated: as it says, or as what it has implies.
 *
 * @param supported methods that a discovery document names (RFC 8414 section 2); null: there is none
 */
export function impliedAuth(
  { auth, secret, keyFile, cert, key }: Omit<ApplicationPlan, 'id'>,
  supported: readonly string[] | null = null,
): ClientAuthKind {
  if (auth !== null) return auth;
  if (keyFile !== null) return 'private-key-jwt';
  if (cert !== null || key !== null) return 'tls';
  if (secret === null) return 'none';
  return supported?.includes('client_secret_basic') === true ? 'basic' : 'post';
}

const endpoint = object({
  oidc: url(['http', 'https'], 'https://issuer.example.com')
    .orNull()
    .describe(
      'issuer, whose discovery document names the token endpoint; requests of login and refresh need no url then',
    ),
  client: application
    .orNull()
    .describe('the application as which all clients ask; its id and secret are added to each request'),
  login: tokenRequest
    .orNull()
    .describe("request for a client's first tokens; without it they are minted or come from users"),
  refresh: tokenRequest.orNull().describe('request for the next tokens; without it the login is made again'),
  ticket: ticketRequest
    .orNull()
    .describe('request before each dial, whose ticket is presented in place of the access token'),
  csrf: csrfRequest
    .orNull()
    .describe('GET before a login or refresh that needs a {cookie.NAME} which the client lacks, or after a refusal'),
  cookies: boolean().default(false).describe('true: each client keeps the cookies that it is given and sends them'),
  flight: word(['client', 'user'])
    .default('client')
    .describe('user: the devices of a user share one request and its tokens, as tabs of a browser do'),
}).refine(({ oidc, client, login, refresh, ticket, csrf, cookies }, refuse) => {
  if (login === null && refresh === null && ticket === null) refuse('no request — write one of login, refresh, ticket');
  const auth = client === null ? 'basic' : impliedAuth(client);
  for (const [key, request] of Object.entries({ login, refresh })) {
    if (
      request !== null &&
      auth !== 'basic' &&
      (request.text !== null || (request.json !== null && request.json.text.startsWith('[')))
    )
      refuse('a body to which the application cannot be added — write form or a mapping in json, or leave client out', [
        key,
        request.text === null ? 'json' : 'text',
      ]);
    if (request !== null && request.url === null && oidc === null)
      refuse('missing — write the URL of the request, or oidc: https://issuer', [key, 'url']);
  }
  if (csrf !== null && !cookies) refuse('of no use without cookies — set cookies: true', ['csrf']);
});

/** A service that issues tokens, spelled out; each preset is a short form of it. */
export const tokenEndpoint = endpoint.withSchema({
  ...endpoint.schema,
  examples: [
    { login: { url: 'https://app.example.com/login', json: { email: '{user.email}', password: '{user.password}' } } },
    {
      oidc: 'https://issuer.example.com',
      client: { id: 'web', secret: '{env.CLIENT_SECRET}' },
      refresh: { form: { grant_type: 'refresh_token', refresh_token: '{refresh}' } },
    },
  ],
});

export type TokenEndpointPlan = ValueOf<typeof tokenEndpoint>;
