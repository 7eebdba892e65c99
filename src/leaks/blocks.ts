import { asBase64url } from './alphabet.ts';
import { claimIds, headerIn, objectIn, type ClaimIds } from './claim-ids.ts';

/** Characters of one block: 96 bits of base64url, more than anybody can try out. Fits one AES block. */
export const BLOCK_CHARS = 16;

/** What is to be kept of a token. */
export interface TokenParts {
  readonly ids: ClaimIds;
  /** the token, in base64url throughout */
  readonly text: string;
  /** where the blocks begin that tell this token from all others, ascending; empty: it is too short to be recorded */
  readonly blockStarts: readonly number[];
}

/**
 * Takes a token apart. Of a JWT only the signature and the `jti` tell it from others: header, issuer and subject are
 * those of every token of the client, and a log that holds them has leaked nothing. Of any other token it is every
 * stretch of base64url.
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
  // One word in a signed token; three in an encrypted one, which tell it from others as well.
  addWords(blockStarts, text, signatureAt);
  return { ids, text, blockStarts };
}

let last: { readonly text: string; readonly header: ReturnType<typeof headerIn> } = { text: '', header: null };

/** The header; nearly always the same as before, since tokens of one issuer share it. */
function knownHeader(text: string): ReturnType<typeof headerIn> {
  if (text !== last.text) last = { text, header: headerIn(text) };
  return last.header;
}

function addWords(starts: number[], text: string, from: number): void {
  for (const { index, 0: word } of text.slice(from).matchAll(/[\w-]+/g)) {
    addBlocks(starts, from + index, from + index + word.length);
  }
}

/** One after the other, and the last one ends where the stretch does: any 31 characters of a stretch hold a whole block. */
function addBlocks(starts: number[], start: number, end: number): void {
  if (end - start < BLOCK_CHARS) return;
  let at = start;
  for (; at + BLOCK_CHARS <= end; at += BLOCK_CHARS) starts.push(at);
  if (at < end) starts.push(end - BLOCK_CHARS);
}

/** Four characters hold three bytes: those characters that hold nothing but bytes of the `jti`. */
function addJtiBlocks(starts: number[], payload: Buffer, payloadAt: number, jti: string): void {
  const at = payload.indexOf(jti);
  if (at === -1) return;
  const end = at + Buffer.byteLength(jti);
  addBlocks(starts, payloadAt + Math.ceil((at * 4) / 3), payloadAt + Math.floor((end * 4) / 3));
}
