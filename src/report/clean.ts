/** Longest text from a remote that is shown anywhere, in characters. */
const SHOWN_CHARS = 200;

/**
 * Unicode general categories that have no place in a line of a report: controls (C0, C1, DEL), format characters
 * (bidirectional overrides, zero-width ones), line and paragraph separators, lone surrogates, private use.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;
const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;

/**
 * Text of unknown origin, made fit for one line of a terminal: line breaks become spaces, characters that could move
 * the cursor, change colours or reverse the reading order go, and what is longer than `maxChars` ends in an ellipsis.
 */
export function clean(text: string, maxChars: number = SHOWN_CHARS): string {
  // Cut first: a remote may send megabytes, and no character needs more than two UTF-16 units.
  const head = text.slice(0, 4 * maxChars);
  const shown = Array.from(head.replaceAll(BREAKS, ' ').replaceAll(UNSAFE, ''));
  if (shown.length <= maxChars && head.length === text.length) return shown.join('');
  return `${shown.slice(0, maxChars - 1).join('')}…`;
}
