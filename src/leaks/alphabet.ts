/** Characters of base64url (RFC 4648 section 5), which the parts of a JWT and most opaque tokens are written in. */
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** 1 for each code of base64url. */
export const IS_BASE64URL = new Uint8Array(256);
for (const char of BASE64URL) IS_BASE64URL[char.charCodeAt(0)] = 1;

export const DOT = 0x2e;

/** Longest token that is recorded or recognised; what servers take in a header is no longer. */
export const MAX_TOKEN_CHARS = 16_384;

/** base64 written in the other alphabet reads the same. */
export function asBase64url(text: string): string {
  return text.replaceAll('+', '-').replaceAll('/', '_');
}
