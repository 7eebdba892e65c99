import { asBase64url } from './alphabet.ts';
import { claimIds, headerIn, objectIn, type ClaimIds } from './claim-ids.ts';

/** Characters of one block: 96 bits of base64url, too many to guess. It fits one AES block. */
export const BLOCK_CHARS = 16;

/** The parts of a token that are recorded. */
export interface TokenParts {
  readonly ids: ClaimIds;
  /** the token, in base64url throughout */
  readonly text: string;
  /** starts of the blocks that identify this token, ascending; empty: it is too short to be recorded */
  readonly blockStarts: readonly number[];
}

/**
 * Splits a token. In a JWT only the signature and the `jti` identify it: all tokens of a client have the same header,
 * issuer and subject, and a log that contains those has leaked nothing. In any other token every run of base64url
 * characters counts.
 */
export function partsOf(token: string): TokenParts {
  const text = asBase64url(token);
  const payloadAt = text.indexOf('.') + 1;
  const signatureAt = text.indexOf('.', payloadAt) + 1;
  const header = signatureAt === 0 ? null : knownHeader(text.slice(0, payloadAt - 1));
  const blockStarts: number[] = [];
  if (header === null) {
    addWords(blockStarts, text, 0);
    return { ids: {}, text, blockStarts };
  }
  const payload = Buffer.from(text.slice(payloadAt, signatureAt - 1), 'base64url');
  const ids = claimIds(header, objectIn(payload));
  if (ids.jti !== undefined) addJtiBlocks(blockStarts, payload, payloadAt, ids.jti);
  // One part in a signed token; three in an encrypted one, which also identify it.
  addWords(blockStarts, text, signatureAt);
  return { ids, text, blockStarts };
}

let last: { readonly text: string; readonly header: ReturnType<typeof headerIn> } = { text: '', header: null };

/** Parses the header; cached, because tokens of one issuer share it. */
function knownHeader(text: string): ReturnType<typeof headerIn> {
  if (text !== last.text) last = { text, header: headerIn(text) };
  return last.header;
}

const WORDS = /[\w-]+/g;

function addWords(starts: number[], text: string, from: number): void {
  WORDS.lastIndex = from;
  for (let word = WORDS.exec(text); word !== null; word = WORDS.exec(text))
    addBlocks(starts, word.index, WORDS.lastIndex);
}

/** Adds adjacent blocks, the last one at the end, so that any 31 characters of the run hold a whole block. */
function addBlocks(starts: number[], start: number, end: number): void {
  if (end - start < BLOCK_CHARS) return;
  let at = start;
  for (; at + BLOCK_CHARS <= end; at += BLOCK_CHARS) starts.push(at);
  if (at < end) starts.push(end - BLOCK_CHARS);
}

/** Adds blocks of the characters that hold only bytes of the `jti`; four characters hold three bytes. */
function addJtiBlocks(starts: number[], payload: Buffer, payloadAt: number, jti: string): void {
  const at = payload.indexOf(jti);
  if (at === -1) return;
  const end = at + Buffer.byteLength(jti);
  addBlocks(starts, payloadAt + Math.ceil((at * 4) / 3), payloadAt + Math.floor((end * 4) / 3));
}
