import { MAX_SHOWN_CHARS } from '../limits.ts';

/** Formats a value for a message: JSON on one line, shortened. */
export function showValue(value: unknown): string {
  return shortened(printable(JSON.stringify(value) ?? String(value)));
}

export function shortened(text: string): string {
  return text.length <= MAX_SHOWN_CHARS ? text : `${text.slice(0, MAX_SHOWN_CHARS)}…`;
}

/** Escapes control characters, because a stranger's scenario may try to control the terminal. */
export function printable(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (char) => `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}
