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
/** Matches what may be base64 of a secret of at least `SECRET_CHARS_MIN` characters. */
const BASE64 = /[\w+/-]{8,}={0,2}/g;
/** Characters in which base64 is looked for, as a multiple of those that are shown. */
const LOOKED_AT_FACTOR = 4;
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
  const kept = [...secrets].filter((secret) => secret.length >= SECRET_CHARS_MIN);
  for (const secret of kept) {
    if (left.includes(secret)) left = left.replaceAll(secret, REMOVED);
    const encoded = encodeURIComponent(secret);
    if (encoded !== secret && left.includes(encoded)) left = left.replaceAll(encoded, REMOVED);
  }
  const words = left
    .replaceAll(JWT, REMOVED)
    .replaceAll(LONG_RUN, shownRun)
    .slice(0, LOOKED_AT_FACTOR * maxChars);
  const hides = (run: string): boolean => {
    const decoded = Buffer.from(run, 'base64').toString('utf8');
    return (many?.within(decoded).size ?? 0) > 0 || kept.some((secret) => isWithin(decoded, secret));
  };
  const shown = Array.from(words.replaceAll(BASE64, (run) => (hides(run) ? REMOVED : run)).replaceAll(UNSAFE, ' '));
  return shown.length <= maxChars ? shown.join('') : `${shown.slice(0, maxChars - 1).join('')}…`;
}

/** Whether a text holds a secret, also as the credentials of HTTP Basic have it (RFC 6749 section 2.3.1). */
function isWithin(text: string, secret: string): boolean {
  return text.includes(secret) || text.includes(encodeURIComponent(secret));
}

function shownRun(run: string): string {
  const isPath = run.includes('/') && PATH_OF_WORDS.test(run);
  return isPath && run.split(/[/_-]/).every((word) => word.length <= WORD_CHARS_MAX) ? run : REMOVED;
}
