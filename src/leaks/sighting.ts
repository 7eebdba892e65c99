import { DOT, IS_BASE64URL } from './alphabet.ts';
import { BLOCK_CHARS } from './blocks.ts';
import type { Disguise, Finding } from './finding.ts';
import type { RecordedToken } from './record-lines.ts';
import { MARK, SEPARATOR, type UnwrappedText } from './unwrapped-text.ts';

/** Blocks of one token that were seen at the distances that they have in it. Positions count from the text's beginning. */
export interface Sighting {
  readonly token: RecordedToken;
  /** where the token would begin if all of it were there */
  readonly start: number;
  /** of the first block that was seen */
  readonly first: number;
  /** of the last one */
  last: number;
  blocks: number;
}

/** What the blocks that were seen come to; the text must be in view. */
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

/** Where a stretch of the text stands in the source, and how. Places count from the beginning of the view. */
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

/** Every block was seen, and nothing else than parts of a token stands between. */
function isWhole({ token, start, blocks }: Sighting, text: UnwrappedText): boolean {
  const from = start - text.dropped;
  const to = from + token.chars;
  if (blocks < token.starts.length || from < 0 || to > text.length) return false;
  return !text.chars.subarray(from, to).includes(SEPARATOR);
}

/** From the first block that was seen to the last, and what stands next to them unbroken within the token's bounds. */
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

/** All that stands there, unless blocks are missing from it: then those that do not. */
function knownChars({ token, start, blocks }: Sighting, from: number, to: number): number {
  const expected = token.starts.filter((at) => start + at >= from && start + at + BLOCK_CHARS <= to).length;
  return blocks < expected ? Math.min(blocks * BLOCK_CHARS, to - from) : to - from;
}
