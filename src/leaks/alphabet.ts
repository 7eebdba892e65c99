/** Characters of base64url (RFC 4648 section 5), the alphabet of JWTs and most opaque tokens. */
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Table by character code: 1 for base64url. */
export const IS_BASE64URL = new Uint8Array(256);
for (const char of BASE64URL) IS_BASE64URL[char.charCodeAt(0)] = 1;

export const DOT = 0x2e;

/** Longest token that is recorded or recognised, in characters: the usual limit of servers on a header. */
export const MAX_TOKEN_CHARS = 16_384;

/** Converts base64 to base64url. */
export function asBase64url(text: string): string {
  return text.replaceAll('+', '-').replaceAll('/', '_');
}
