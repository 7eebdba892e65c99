import { DOT, IS_BASE64URL } from './alphabet.ts';
import { BLOCK_CHARS } from './blocks.ts';
import type { Disguise, Finding } from './finding.ts';
import type { RecordedToken } from './record-lines.ts';
import { MARK, SEPARATOR, type UnwrappedText } from './unwrapped-text.ts';

/** Blocks of one token found at their distances in it. Positions count from the beginning of the text. */
export interface Sighting {
  readonly token: RecordedToken;
  /** position at which the whole token would begin */
  readonly start: number;
  /** position of the first block found */
  readonly first: number;
  /** position of the last block found */
  last: number;
  blocks: number;
}

/** Turns the blocks found into a finding; their text must be in view. */
export function findingOf(sighting: Sighting, text: UnwrappedText): Finding {
  const { token } = sighting;
  const whole = isWhole(sighting, text);
  const [from, to] = whole ? [sighting.start, sighting.start + token.chars] : partOf(sighting, text);
  return {
    owner: { client: token.client, kind: token.kind },
    ids: token.ids,
    foundChars: whole ? token.chars : Math.min(token.chars - 1, knownChars(sighting, from, to)),
    chars: token.chars,
    ...standing(text, from - text.dropped, to - text.dropped),
  };
}

/** The position and encodings in the source of a part of the view. Places count from the beginning of the view. */
export function standing(
  text: UnwrappedText,
  from: number,
  to: number,
): Pick<Finding, 'line' | 'column' | 'lines' | 'disguises'> {
  const place = text.placeOf(from);
  const marks = text.marks.subarray(from, to).reduce((all, mark) => all | mark, 0);
  const disguises: Disguise[] = [];
  if ((marks & MARK.url) !== 0) disguises.push('url-encoded');
  if ((marks & MARK.json) !== 0) disguises.push('escaped');
  if ((marks & MARK.base64) !== 0) disguises.push('base64');
  return { ...place, lines: text.placeOf(to - 1).line - place.line + 1, disguises };
}

/** Whether every block was found, with only characters of tokens between them. */
function isWhole({ token, start, blocks }: Sighting, text: UnwrappedText): boolean {
  const from = start - text.dropped;
  const to = from + token.chars;
  if (blocks < token.starts.length || from < 0 || to > text.length) return false;
  return !text.chars.subarray(from, to).includes(SEPARATOR);
}

/** The range from the first block found to the last, extended over adjacent characters within the token's bounds. */
function partOf({ token, start, first, last }: Sighting, text: UnwrappedText): readonly [from: number, to: number] {
  const { chars, marks, dropped, length } = text;
  const isPart = (at: number): boolean => IS_BASE64URL[chars[at]!] === 1 || chars[at] === DOT;
  const isBroken = (at: number): boolean => (marks[at]! & MARK.wrapped) !== 0;
  let from = first - dropped;
  let to = last + BLOCK_CHARS - dropped;
  const [least, most] = [Math.max(0, start - dropped), Math.min(length, start + token.chars - dropped)];
  while (from > least && isPart(from - 1) && !isBroken(from)) from -= 1;
  while (to < most && isPart(to) && !isBroken(to)) to += 1;
  return [from + dropped, to + dropped];
}

/** The number of known characters: the whole range, or the blocks alone if some are missing. */
function knownChars({ token, start, blocks }: Sighting, from: number, to: number): number {
  const expected = token.starts.filter((at) => start + at >= from && start + at + BLOCK_CHARS <= to).length;
  return blocks < expected ? Math.min(blocks * BLOCK_CHARS, to - from) : to - from;
}
