import { type Codec, scalar } from './codec.ts';
import { MAX_URL_CHARS } from '../limits.ts';
import { refusal, reject, type Rejection } from './reject.ts';

/** The WHATWG parser, which every runtime has; core is compiled without the types of Node and the DOM. */
declare const URL: {
  new (input: string): Readonly<Record<'protocol' | 'username' | 'password' | 'hash', string>> & {
    readonly searchParams: Iterable<readonly [string, string]>;
  };
  canParse(input: string): boolean;
};

/** An absolute URL of one of the schemes, without user info (a secret that would reach every result) or fragment. */
export function url(schemes: readonly string[], example: string): Codec<string> {
  return scalar((input) => readUrl(input, schemes, example), String, {
    type: 'string',
    maxLength: MAX_URL_CHARS,
    pattern: `^(${schemes.join('|')})://`,
    examples: [example],
  });
}

function readUrl(input: unknown, schemes: readonly string[], example: string): string | Rejection {
  const right = `write one such as ${example}`;
  if (typeof input !== 'string' || !URL.canParse(input)) return reject('not a URL', input, right);
  const { protocol, username, password, hash, searchParams } = new URL(input);
  // From here on the value is not shown, because a URL may hold a secret.
  if (!schemes.includes(protocol.slice(0, -1)))
    return refusal(`not a ${schemes.join(': or ')}: URL (${protocol}) — ${right}`);
  if (username !== '' || password !== '')
    return refusal('a user name or password in the URL — remove it: it would be written into every result');
  const secret = secretIn(searchParams);
  if (secret !== undefined)
    return refusal(
      `a secret in the URL (${secret}=…) — remove it: it would be written into every result; tokens travel as tokens.carrier says`,
    );
  if (hash !== '') return refusal('a fragment in the URL (#…) — remove it: it is never sent (RFC 6455 section 3)');
  return input.length <= MAX_URL_CHARS ? input : refusal(`longer than ${MAX_URL_CHARS} characters — ${right}`);
}

/** Names of query parameters that hold secrets, whatever their value. */
const SECRET_NAMES =
  /^(access_?token|auth(orization)?|token|jwt|bearer|api_?key|secret|password|passwd|pwd|ticket|signature)$/i;
/** The beginning of a JWT: a JSON object in base64url, and a dot (RFC 7515 section 7.1). */
const JWT = /^eyJ[\w-]*\./;

function secretIn(parameters: Iterable<readonly [string, string]>): string | undefined {
  return [...parameters].find(([name, value]) => SECRET_NAMES.test(name) || JWT.test(value))?.[0];
}
