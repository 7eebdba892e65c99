import { type Codec, scalar } from '../../core/codec/codec.ts';
import { table } from '../../core/codec/object.ts';
import { reject } from '../../core/codec/reject.ts';
import { holesOf, type HoleKind, type Template } from '../../core/template/template.ts';
import { MAX_TEMPLATE_CHARS } from '../../core/limits.ts';
import { MAX_REQUEST_FIELDS } from '../limits.ts';
import { templateText } from '../../core/template/template-text.ts';

/** Headers that squall writes by itself, or that would change how a request is read (RFC 9110, RFC 6455 section 4.1). */
const RESERVED =
  /^(host|upgrade|connection|sec-websocket-.*|content-.*|transfer-encoding|te|trailer|expect|keep-alive|proxy-.*|squall-client)$/i;
/** A token of RFC 9110 section 5.6.2. */
const NAME = /^[\w!#$%&'*+.^`|~-]{1,100}$/;
/** Headers whose value is a secret, which would be written into every result. */
const SECRET = /^(authorization|(x-)?api-?key|(x-)?auth-?token|(x-)?access-?token|.*-secret|.*-password)$/i;

const headerName: Codec<string> = scalar(
  (input) => {
    if (typeof input !== 'string' || !NAME.test(input))
      return reject('not the name of a header', input, 'write letters, digits, and - _ . such as X-Tenant');
    return RESERVED.test(input) ? reject('a header that squall writes itself', input, 'remove it') : input;
  },
  String,
  { type: 'string', pattern: NAME.source },
);

/**
 * Headers of a request, by name, with holes in their values.
 *
 * @param holes holes that have a value in them
 */
export function headers(holes: readonly HoleKind[]): Codec<Readonly<Record<string, Template>>> {
  const value = templateText({
    holes,
    maxChars: MAX_TEMPLATE_CHARS,
    example: 'https://app.example.com',
    pattern: /^[\t\x20-\x7e]*$/,
  });
  return table(headerName, value, '{ Origin: https://app.example.com }').refine((all, refuse) => {
    const names = Object.keys(all);
    if (names.length > MAX_REQUEST_FIELDS) refuse(`more than ${MAX_REQUEST_FIELDS} headers — remove some`);
    for (const [index, name] of names.entries()) {
      const same = names.slice(0, index).find((other) => other.toLowerCase() === name.toLowerCase());
      if (same !== undefined) refuse(`the same header as ${same} — keep one of them`, [name]);
      const template = all[name];
      if (template !== undefined && SECRET.test(name) && holesOf(template).length === 0)
        refuse('a secret in the scenario — take it from the environment: {env.NAME}', [name]);
    }
  });
}
