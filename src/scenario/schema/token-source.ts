import { oneOf, words } from '../../core/codec/choice.ts';
import type { Codec, ValueOf } from '../../core/codec/codec.ts';
import { object } from '../../core/codec/object.ts';
import { MAX_USER_VALUE_CHARS } from '../limits.ts';
import { claims } from './claims.ts';
import { hasHole, templateText } from '../../core/template/template-text.ts';
import { tokenEndpoint, type TokenEndpointPlan } from './token-endpoint.ts';
import { TOKEN_PRESETS } from './token-presets/index.ts';
import { issuesTokens } from '../issues-tokens.ts';
import type { TokenRequestPlan } from './token-request.ts';
import { templatesIn } from '../templates.ts';

const mint = object({
  claims: claims
    .default({})
    .describe("claims beside squall's own, or in their place; text has the holes {client}, {user.COLUMN}, {env.NAME}"),
});

const credential = (column: string) =>
  templateText({
    holes: ['client', 'user', 'env'],
    required: ['user'],
    maxChars: MAX_USER_VALUE_CHARS,
    example: `{user.${column}}`,
  }).orNull();

const file = object({
  access: credential('access').describe("a client's first access token, from a column of `users`"),
  refresh: credential('refresh').describe("a client's first refresh token, for the token endpoint"),
});

/** Claims of minted tokens. */
export type MintPlan = ValueOf<typeof mint>;
/** Tokens from columns of `users`; null: that token comes from elsewhere. */
export type FilePlan = ValueOf<typeof file>;

/**
 * Where tokens come from; null: not from there. The first access token comes from the file where it has one, else it is
 * minted where minting is named, else the endpoint gives it. Later ones come from the endpoint, or without one are
 * minted; without either there are none.
 */
export interface SourcePlan {
  readonly mint: MintPlan | null;
  readonly file: FilePlan | null;
  readonly endpoint: TokenEndpointPlan | null;
}

const spelled = object({
  mint: mint.orNull().describe('tokens that squall signs'),
  file: file.orNull().describe('tokens from columns of `users`'),
  endpoint: tokenEndpoint.orNull().describe('a service that issues tokens, by its requests and answers'),
  ...TOKEN_PRESETS,
}).map<SourcePlan>(
  ({ mint: minted, file: filed, endpoint: written, ...presets }, refuse) => {
    const [endpoint = null, second] = [written ?? [], Object.values(presets)].flat();
    const plan = { mint: minted, file: filed, endpoint };
    if (second !== undefined) refuse('more than one token endpoint — keep one');
    const complaint = second === undefined ? complaintAbout(plan) : null;
    if (complaint !== null) refuse(...complaint);
    return plan;
  },
  (plan) => plan,
);

/** Sources that editors show. */
const EXAMPLES = [
  { mint: { claims: { sub: '{user.id}' } } },
  { file: { access: '{user.access}' } },
  { mint: {}, file: { refresh: '{user.refresh}' }, oauth2: { url: 'https://auth.example.com/oauth/token' } },
  { keycloak: { url: 'https://keycloak.example.com', realm: 'staging', clientId: 'web' } },
  {
    endpoint: {
      login: { url: 'https://app.example.com/login', json: { email: '{user.email}', password: '{user.password}' } },
      ticket: { url: 'https://app.example.com/ws-ticket', headers: { Authorization: 'Bearer {token}' } },
    },
  },
];

/** What is wrong with a source, and the key that it concerns. */
function complaintAbout({ mint: minted, file: filed, endpoint }: SourcePlan): Complaint | null {
  if (minted === null && filed === null && endpoint === null)
    return [
      `nothing in it — write \`mint\`, or one of the keys file, endpoint, ${Object.keys(TOKEN_PRESETS).join(', ')}`,
      [],
    ];
  return complaintAboutFile(minted, filed, endpoint) ?? complaintAboutFirst(minted, filed, endpoint);
}

/** Whether there are first tokens, and the refresh tokens that the endpoint wants. */
function complaintAboutFirst(
  minted: MintPlan | null,
  filed: FilePlan | null,
  endpoint: TokenEndpointPlan | null,
): Complaint | null {
  if (endpoint === null || endpoint.login !== null) return null;
  const hasRefresh = filed !== null && filed.refresh !== null;
  if (endpoint.refresh !== null && usesRefreshToken(endpoint.refresh) && !hasRefresh)
    return [
      "no refresh token for the endpoint — give it a login, or write { file: { refresh: '{user.refresh}' } } beside it",
      [],
    ];
  if (minted !== null || hasRefresh || (filed !== null && filed.access !== null)) return null;
  return ['no first token — give the endpoint a login, or write `mint: {}` or `file` beside it', []];
}

function usesRefreshToken(request: TokenRequestPlan): boolean {
  return [...templatesIn(request)].some(({ template }) => hasHole(template, 'refresh'));
}

type Complaint = [string, string[]];

function complaintAboutFile(
  minted: MintPlan | null,
  filed: FilePlan | null,
  endpoint: TokenEndpointPlan | null,
): Complaint | null {
  if (filed === null) return null;
  if (filed.access === null && filed.refresh === null)
    return [
      "no column — write { access: '{user.access}' }, or a refresh token for the token endpoint beside it",
      ['file'],
    ];
  if (filed.access !== null && minted !== null)
    return [
      'a first access token of its own, though it is minted — keep one of `mint` and `access`',
      ['file', 'access'],
    ];
  if (filed.refresh !== null && !issuesTokens(endpoint))
    return [
      'a refresh token, and no token endpoint to send it to — add the endpoint beside `file`',
      ['file', 'refresh'],
    ];
  return null;
}

/** `mint` alone: no claims beside squall's own. */
const MINTED: SourcePlan = { mint: { claims: {} }, file: null, endpoint: null };

/** The source of tokens. */
export const source: Codec<SourcePlan> = oneOf(
  words({ mint: MINTED }, 'or a mapping such as { mint: { claims: … } } or { file: … }'),
  spelled.withSchema({ ...spelled.schema, examples: EXAMPLES }),
);
