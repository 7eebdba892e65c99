/** The longest text of a remote that is quoted, in characters. */
const QUOTED_CHARS = 160;
/** JSON Web Tokens and JWE, whole or cut off. */
const JWT = /eyJ[\w-]{4,}(?:\.[\w-]*)*/g;
/** What is too long for a word is taken for a secret: opaque tokens, keys, session ids. */
const LONG_RUN = /[\w~+/=-]{32,}/g;
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\s]+/gu;
/** Shorter texts are no secrets: to remove them would leave nothing of an answer. */
const SECRET_CHARS_MIN = 6;
const REMOVED = '[removed]';

/**
 * What a remote said, fit to be kept and shown: one line without control and format characters, of bounded length, and
 * without anything that is a token, looks like one, or is among `secrets`.
 */
export function quotable(text: string, secrets: Iterable<string>): string {
  // First of all characters that are not shown go: one within a token would hide it.
  let left = text.replaceAll(UNSAFE, (run) => (/\s/u.test(run) ? ' ' : '')).trim();
  for (const secret of secrets) {
    if (secret.length < SECRET_CHARS_MIN) continue;
    if (left.includes(secret)) left = left.replaceAll(secret, REMOVED);
    const encoded = encodeURIComponent(secret);
    if (encoded !== secret && left.includes(encoded)) left = left.replaceAll(encoded, REMOVED);
  }
  const shown = Array.from(left.replaceAll(JWT, REMOVED).replaceAll(LONG_RUN, REMOVED));
  return shown.length <= QUOTED_CHARS ? shown.join('') : `${shown.slice(0, QUOTED_CHARS - 1).join('')}…`;
}
