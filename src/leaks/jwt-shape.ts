import { DOT, IS_BASE64URL, MAX_TOKEN_CHARS } from './alphabet.ts';
import { MARK } from './unwrapped-text.ts';
import { claimIds, headerIn, objectIn, type ClaimIds } from './claim-ids.ts';

const MAX_HEADER_CHARS = 4096;
/** `{"alg":""}` in base64url */
const MIN_HEADER_CHARS = 14;
/** Starts of a header that may follow directly on other base64url characters. */
const MAX_TRIES = 8;

/** Positions in the text of a JWT shape. */
export interface JwtShape {
  readonly start: number;
  readonly end: number;
  readonly ids: ClaimIds;
}

/**
 * Finds three parts in base64url, of which the first decodes to a header that names an algorithm; the last is empty in a
 * JWT without signature. A line break ends a JWT only if it is complete: no part is missing, and the signature has a
 * length of its algorithm.
 *
 * @param from first possible position of its first dot
 * @param to one past the last possible position of its first dot
 */
export function* jwtsIn(
  text: { readonly chars: Buffer; readonly marks: Uint8Array; readonly length: number },
  from: number,
  to: number,
): Iterable<JwtShape> {
  const { chars } = text;
  for (let dot = chars.indexOf(DOT, from); dot !== -1 && dot < to; dot = chars.indexOf(DOT, dot + 1)) {
    const shape = jwtAround(text, dot);
    if (shape === null) continue;
    yield shape;
    dot = shape.end - 1;
  }
}

type Text = Parameters<typeof jwtsIn>[0];

function jwtAround(text: Text, dot: number): JwtShape | null {
  const { chars, length } = text;
  const second = endOfPart(chars, dot + 1, length);
  if (second === dot + 1 || second >= length || chars[second] !== DOT) return null;
  const wordStart = startOfPart(chars, dot);
  let tries = 0;
  for (let at = wordStart; at <= dot - MIN_HEADER_CHARS && tries < MAX_TRIES; at++) {
    if (!opensObject(chars, at)) continue;
    tries += 1;
    const header = headerIn(chars.toString('latin1', at, dot));
    if (header === null) continue;
    const payload = objectIn(Buffer.from(chars.toString('latin1', dot + 1, second), 'base64url'));
    // A payload that was cut off at a line's end must not be joined with the next line.
    if (Object.keys(payload).length === 0 && isBroken(text, dot + 1, second + 1)) return null;
    return { start: at, end: endOfSignature(text, second + 1, header['alg']), ids: claimIds(header, payload) };
  }
  return null;
}

/** Whether there is a line break before any of these characters. */
function isBroken({ marks }: Text, from: number, to: number): boolean {
  return marks.subarray(from, to).some((mark) => (mark & MARK.wrapped) !== 0);
}

/** The end of a signature; pieces on further lines belong to it if they give it a length of its algorithm. */
function endOfSignature(text: Text, start: number, algorithm: unknown): number {
  const most = endOfPart(text.chars, start, text.length);
  const isEnd = (at: number): boolean => at === most || isBroken(text, at, at + 1);
  let end = start;
  while (!isEnd(end)) end += 1;
  const ends = signatureChars(algorithm).map((chars) => start + chars);
  if (ends.includes(end)) return end;
  return ends.find((at) => at > end && at <= most && isEnd(at)) ?? end;
}

/** Whether base64 characters begin a JSON object: a brace and what may follow it are `ey` or `ew`. */
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

/** Lengths of signatures in base64url characters, by algorithm (RFC 7518 section 3, RFC 8037). */
const SIGNATURE_CHARS: Readonly<Record<string, readonly number[]>> = {
  HS256: [43],
  HS384: [64],
  HS512: [86],
  ES256: [86],
  ES256K: [86],
  ES384: [128],
  ES512: [176],
  EdDSA: [86, 152],
  Ed25519: [86],
};
/** Lengths of RSA signatures by keys of 2048, 3072 and 4096 bits, in base64url characters. */
const RSA_SIGNATURE_CHARS = [342, 512, 683];

/** The possible lengths of a whole signature, shortest first; none for an unknown algorithm. */
function signatureChars(algorithm: unknown): readonly number[] {
  if (typeof algorithm !== 'string') return [];
  if (/^[RP]S(?:256|384|512)$/.test(algorithm)) return RSA_SIGNATURE_CHARS;
  return Object.hasOwn(SIGNATURE_CHARS, algorithm) ? (SIGNATURE_CHARS[algorithm] ?? []) : [];
}
