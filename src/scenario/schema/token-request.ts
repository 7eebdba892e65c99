import { type Codec, scalar, type ValueOf } from '../../core/codec/codec.ts';
import { isMapping, object, table } from '../../core/codec/object.ts';
import { refusal, reject, type Rejection } from '../../core/codec/reject.ts';
import { text, word } from '../../core/codec/scalars.ts';
import { type HoleKind, holesOf, type Template } from '../../core/template/template.ts';
import { MAX_TEMPLATE_CHARS } from '../../core/limits.ts';
import { MAX_DEPTH, MAX_REQUEST_FIELDS } from '../limits.ts';
import { templateText } from '../../core/template/template-text.ts';
import { ticketAnswer, tokenAnswer } from './token-answer.ts';
import { urlTemplate } from './url-template.ts';

/** Holes of a request that a token source makes. */
const HOLES: readonly HoleKind[] = ['client', 'user', 'env', 'cookie', 'token', 'refresh'];
const EXAMPLE_URL = 'https://staging.example.com/auth/refresh';

/** Names of fields and headers that hold secrets. */
const SECRET_NAME = /(?:password|passwd|pwd|secret|api[-_]?key|authorization|cookie|token|assertion|ticket)$/i;

function holdsSecret(name: string, { text: written }: Template, holes: number): boolean {
  return holes === 0 && written !== '' && SECRET_NAME.test(name);
}

const fieldText = () => templateText({ holes: HOLES, maxChars: MAX_TEMPLATE_CHARS, example: '{refresh}' });

const SECRET_FIX = 'write {env.NAME} or {user.COLUMN}: it would be written into every result';

/** Texts with holes by name, none of them a secret. */
function fields(name: Codec<string>, example: string): Codec<Readonly<Record<string, Template>>> {
  return table(name, fieldText(), example).refine((entries, refuse) => {
    const names = Object.keys(entries);
    if (names.length > MAX_REQUEST_FIELDS) refuse(`more than ${MAX_REQUEST_FIELDS} — remove some`);
    for (const each of names) {
      if (holdsSecret(each, entries[each]!, holesOf(entries[each]!).length))
        refuse(`a secret in the scenario — ${SECRET_FIX}`, [each]);
    }
  });
}

/** Headers that the request itself decides. */
const OWN_HEADERS = /^(?:host|connection|content-length|transfer-encoding|upgrade|expect|te|trailer)$/i;

const headerName = text({
  maxChars: 200,
  pattern: /^[\w!#$%&'*+.^`|~-]+$/,
  right: 'write the name of a header',
}).refine((name, refuse) => {
  if (OWN_HEADERS.test(name)) refuse(`a header that squall writes itself (${name}) — remove it`);
});

const formName = text({ maxChars: 200, right: 'write the name of a field' });

/** A JSON body whose texts may have holes. Its template is the JSON text. */
const jsonBody: Codec<Template> = scalar(readJsonBody, ({ text: json }) => JSON.parse(json) as unknown, {
  type: ['object', 'array'],
  examples: [{ refreshToken: '{refresh}' }],
});

function readJsonBody(input: unknown): Template | Rejection {
  const right = 'write a mapping such as { refreshToken: "{refresh}" }';
  if (!isMapping(input) && !Array.isArray(input)) return reject('not a JSON body', input, right);
  const secret = secretIn(input, 0);
  if (secret !== null) return refusal(`a secret in the scenario (${secret}) — ${SECRET_FIX}`);
  return bodyText.read(JSON.stringify(input));
}

const bodyText = templateText({ holes: HOLES, maxChars: MAX_TEMPLATE_CHARS, example: '{"refreshToken":"{refresh}"}' });

/** The name of a field with a secret in it; null: there is none. */
function secretIn(value: unknown, depth: number): string | null {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return null;
  for (const [name, each] of Object.entries(value)) {
    if (typeof each === 'string' && each !== '' && !/\{[A-Za-z]/.test(each) && SECRET_NAME.test(name)) return name;
    const found = secretIn(each, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

const address = () => urlTemplate(['http', 'https'], HOLES, EXAMPLE_URL);

const keys = {
  method: word(['POST', 'GET', 'PUT', 'PATCH', 'DELETE']).default('POST').describe('method of HTTP'),
  headers: fields(headerName, '{ X-Tenant: a }').default({}).describe('further headers'),
  form: fields(formName, '{ grant_type: refresh_token }').orNull().describe('body of a form, by field'),
  json: jsonBody.orNull().describe('body in JSON, whose texts may have holes'),
  text: templateText({
    holes: HOLES,
    maxChars: MAX_TEMPLATE_CHARS,
    example: 'token={refresh}',
    pattern: /^[^\0]*$/,
  })
    .orNull()
    .describe('body of another kind, written out; say what it is in the header Content-Type'),
};

interface Bodies {
  readonly method: string;
  readonly form: unknown;
  readonly json: unknown;
  readonly text: unknown;
}

/** A request has one body at most, and GET has none. */
function checkBody(
  { method, form, json, text: plain }: Bodies,
  refuse: (message: string, path?: string[]) => void,
): void {
  const bodies = Object.entries({ form, json, text: plain }).flatMap(([name, body]) => (body === null ? [] : [name]));
  if (bodies.length > 1) refuse(`${bodies.join(' and ')} — a request has one body; keep one of them`, [bodies[1]!]);
  if (method === 'GET' && bodies.length > 0)
    refuse('a body of a GET request — remove it, or choose another method', [bodies[0]!]);
}

/** A request for tokens, and how its answer is read. */
export const tokenRequest = object({
  url: address().orNull().describe('holes may stand in its path and query; without it the token endpoint of `oidc`'),
  ...keys,
  answer: tokenAnswer.default({}).describe('how the answer is read'),
}).refine(checkBody);

/** A request for a ticket before each dial. */
export const ticketRequest = object({
  url: address().describe('holes may stand in its path and query'),
  ...keys,
  answer: ticketAnswer.default({}).describe('how the answer is read'),
}).refine(checkBody);

/** A request that is made for its cookies only. */
export const csrfRequest = object({
  url: address().describe('holes may stand in its path and query'),
  headers: keys.headers,
});

export type TokenRequestPlan = ValueOf<typeof tokenRequest>;
export type CsrfRequestPlan = ValueOf<typeof csrfRequest>;
