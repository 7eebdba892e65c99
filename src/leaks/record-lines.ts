import { MAX_TOKEN_CHARS } from './alphabet.ts';
import { claimIds, type ClaimIds } from './claim-ids.ts';
import { DIGEST_BYTES, KEY_BYTES } from './digester.ts';

/**
 * The lines of `tokens.fp`, JSON each. The first line has the key of the digests:
 *
 *     {"format":1,"key":"0f…"}
 *
 * Each further line describes one token: its owner, its length, its ids if it is a JWT, the starts of its digested
 * blocks of 16 characters (Digester), and their digests, in the same order, 16 digits each:
 *
 *     {"client":17,"kind":"access","chars":312,"ids":{"jti":"…"},"starts":[226,242,…],"digests":"5d…"}
 *
 * or says that there were more tokens than are recorded: `{"overflow":true}`. Digests are hexadecimal, so that no text
 * in the file looks like a part of a token.
 */
const FORMAT = 1;
const MAX_CLIENT = 2 ** 32;

/** Digits of one block's digest. */
export const DIGEST_DIGITS = 2 * DIGEST_BYTES;

export const OVERFLOW_LINE = '{"overflow":true}';

export type TokenKind = 'access' | 'refresh';

export interface RecordedToken {
  /** the client's number in the whole population */
  readonly client: number;
  readonly kind: TokenKind;
  readonly chars: number;
  readonly ids: ClaimIds;
  /** starts of its blocks */
  readonly starts: readonly number[];
  /** digests of all blocks, in hexadecimal */
  readonly digests: string;
}

export function headerLine(key: Buffer): string {
  return JSON.stringify({ format: FORMAT, key: key.toString('hex') });
}

/** @throws RangeError for a first line that this version cannot read */
export function keyOf(line: string): Buffer {
  const { format, key } = fieldsOf(line);
  const bytes = Buffer.from(typeof key === 'string' ? key : '', 'hex');
  if (format !== FORMAT || bytes.length !== KEY_BYTES)
    throw new RangeError('it is no record of tokens, or one of another version of squall');
  return bytes;
}

export function tokenLine(token: RecordedToken): string {
  return JSON.stringify(token);
}

/** Checks a number, because a stranger may have written the record. */
function isWithin(value: unknown, max: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max;
}

/** Parses a line; null: it is damaged. */
export function parseLine(line: string): RecordedToken | 'overflow' | null {
  if (line === OVERFLOW_LINE) return 'overflow';
  const { client, kind, chars, ids, starts, digests } = fieldsOf(line);
  if (!isWithin(client, MAX_CLIENT) || !isWithin(chars, MAX_TOKEN_CHARS)) return null;
  if (kind !== 'access' && kind !== 'refresh') return null;
  if (!Array.isArray(starts) || !starts.every((start): start is number => isWithin(start, chars))) return null;
  if (typeof digests !== 'string' || digests.length !== starts.length * DIGEST_DIGITS) return null;
  return { client, kind, chars, ids: idsIn(ids), starts, digests };
}

function idsIn(value: unknown): ClaimIds {
  const fields = typeof value === 'object' && value !== null ? { ...value } : {};
  return claimIds(fields, fields);
}

function fieldsOf(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
