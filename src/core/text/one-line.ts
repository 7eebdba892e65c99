/**
 * Unicode general categories that have no place in a line of a report: controls (C0, C1, DEL), format characters
 * (bidirectional overrides, zero-width ones), line and paragraph separators, lone surrogates, private use.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;
const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
/** GitHub and Azure read `##[name]` as a command at any place in a line. */
const COMMAND = /##(?=\[)/g;

/**
 * Makes text of unknown origin safe for one line: line breaks become spaces, and characters that could move the cursor,
 * change colours, reverse the reading order or command a CI server are removed or broken up.
 *
 * @example oneLine('a\u001b[31mb\n##[error]c') // 'a[31mb ## [error]c'
 */
export function oneLine(text: string): string {
  return text.replaceAll(BREAKS, ' ').replaceAll(UNSAFE, '').replaceAll(COMMAND, '## ');
}
