import { oneLine } from '../core/text/one-line.ts';

/** Maximum length of a text from a remote in any report, in characters. */
const SHOWN_CHARS = 200;

/**
 * Makes text of unknown origin safe for one line of a terminal. Line breaks become spaces; characters that move the
 * cursor, change colours or reverse the reading order are removed; text beyond `maxChars` ends in an ellipsis.
 */
export function clean(text: string, maxChars: number = SHOWN_CHARS): string {
  // Cut first: a remote may send megabytes, and no character needs more than two UTF-16 units.
  const head = text.slice(0, 4 * maxChars);
  const shown = Array.from(oneLine(head));
  if (shown.length <= maxChars && head.length === text.length) return shown.join('');
  return `${shown.slice(0, maxChars - 1).join('')}…`;
}
