import { DOT, IS_BASE64URL, MAX_TOKEN_CHARS } from './alphabet.ts';
import { claimIds, headerIn, objectIn, type ClaimIds } from './claim-ids.ts';

const MAX_HEADER_CHARS = 4096;
/** `{"alg":""}` in base64url */
const MIN_HEADER_CHARS = 14;
/** Words before a header that it may be glued to, each beginning like one. */
const MAX_TRIES = 8;

/** Something shaped like a JWT, by its places in the text. */
export interface JwtShape {
  readonly start: number;
  readonly end: number;
  readonly ids: ClaimIds;
}

/**
 * Looks for three parts in base64url, of which the first decodes to a header that names an algorithm; the last is empty
 * in a JWT without signature.
 *
 * @param from where its first dot may be
 * @param to its first dot is before this
 */
export function* jwtsIn(chars: Buffer, from: number, to: number, length: number): Iterable<JwtShape> {
  for (let dot = chars.indexOf(DOT, from); dot !== -1 && dot < to; dot = chars.indexOf(DOT, dot + 1)) {
    const shape = jwtAround(chars, dot, length);
    if (shape === null) continue;
    yield shape;
    dot = shape.end - 1;
  }
}

function jwtAround(chars: Buffer, dot: number, length: number): JwtShape | null {
  const second = endOfPart(chars, dot + 1, length);
  if (second === dot + 1 || second >= length || chars[second] !== DOT) return null;
  const wordStart = startOfPart(chars, dot);
  let tries = 0;
  for (let at = wordStart; at <= dot - MIN_HEADER_CHARS && tries < MAX_TRIES; at++) {
    if (!opensObject(chars, at)) continue;
    tries += 1;
    const header = headerIn(chars.toString('latin1', at, dot));
    if (header === null) continue;
    const ids = claimIds(header, objectIn(Buffer.from(chars.toString('latin1', dot + 1, second), 'base64url')));
    return { start: at, end: endOfPart(chars, second + 1, length), ids };
  }
  return null;
}

/** A JSON object's brace and what may follow it are `ey` or `ew` in base64. */
function opensObject(chars: Buffer, at: number): boolean {
  return chars[at] === 0x65 && (chars[at + 1] === 0x79 || chars[at + 1] === 0x77);
}

function startOfPart(chars: Buffer, end: number): number {
  let start = end;
  while (start > 0 && end - start < MAX_HEADER_CHARS && IS_BASE64URL[chars[start - 1]!] === 1) start -= 1;
  return start;
}

function endOfPart(chars: Buffer, start: number, length: number): number {
  const most = Math.min(length, start + MAX_TOKEN_CHARS);
  let end = start;
  while (end < most && IS_BASE64URL[chars[end]!] === 1) end += 1;
  return end;
}
