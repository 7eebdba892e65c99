/** Length of a signature in base64url, in characters, by its algorithm (RFC 7518 section 3, RFC 8037). */
const CHARS: Readonly<Record<string, readonly number[]>> = {
  HS256: [43],
  HS384: [64],
  HS512: [86],
  ES256: [86],
  ES256K: [86],
  ES384: [128],
  ES512: [176],
  EdDSA: [86, 152],
  Ed25519: [86],
};
/** Of keys with 2048, 3072 and 4096 bits; shorter keys are not allowed. */
const RSA_CHARS = [342, 512, 683];

/** The lengths that a whole signature can have, shortest first; none for an algorithm that is not known. */
export function signatureChars(algorithm: unknown): readonly number[] {
  if (typeof algorithm !== 'string') return [];
  if (/^[RP]S(?:256|384|512)$/.test(algorithm)) return RSA_CHARS;
  return Object.hasOwn(CHARS, algorithm) ? (CHARS[algorithm] ?? []) : [];
}
