import { SECRET_CHARS_MIN, type SecretTexts } from './secret-texts.ts';

/** Most characters of a remote's text that are quoted. */
const QUOTED_CHARS = 160;
/** Matches JSON Web Tokens and JWE, whole or cut off. */
const JWT = /eyJ[\w-]{4,}(?:\.[\w-]*)*/g;
/** Matches what is too long for a word, and so may be a secret: opaque tokens, keys, session ids. */
const LONG_RUN = /[\w~+/=-]{32,}/g;
/** Matches a long run that is a path of words, each in one case, and so no random text. */
const PATH_OF_WORDS =
  /^\/?(?:\d{1,5}|[a-z]+\d{0,3}|[A-Z][a-z]*|[A-Z]{2,})(?:[/_-]+(?:\d{1,5}|[a-z]+\d{0,3}|[A-Z][a-z]*|[A-Z]{2,}))*\/?$/;
/** Longest word of such a path, characters. */
const WORD_CHARS_MAX = 20;
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\s]+/gu;
const REMOVED = '[removed]';

/**
 * Cleans a remote's text to be kept and shown: one line of bounded length, without control and format characters, and
 * without tokens, what looks like one, and `secrets`.
 *
 * @param many further secrets
 * @param maxChars most characters of the result
 */
export function quotable(text: string, secrets: Iterable<string>, many?: SecretTexts, maxChars = QUOTED_CHARS): string {
  // Invisible characters are removed first, since one within a token would hide it.
  let left = text.replaceAll(UNSAFE, (run) => (/\s/u.test(run) ? ' ' : '')).trim();
  for (const secret of many?.within(left) ?? []) left = left.replaceAll(secret, REMOVED);
  for (const secret of secrets) {
    if (secret.length < SECRET_CHARS_MIN) continue;
    if (left.includes(secret)) left = left.replaceAll(secret, REMOVED);
    const encoded = encodeURIComponent(secret);
    if (encoded !== secret && left.includes(encoded)) left = left.replaceAll(encoded, REMOVED);
  }
  const shown = Array.from(left.replaceAll(JWT, REMOVED).replaceAll(LONG_RUN, shownRun));
  return shown.length <= maxChars ? shown.join('') : `${shown.slice(0, maxChars - 1).join('')}…`;
}

function shownRun(run: string): string {
  const isPath = run.includes('/') && PATH_OF_WORDS.test(run);
  return isPath && run.split(/[/_-]/).every((word) => word.length <= WORD_CHARS_MAX) ? run : REMOVED;
}
