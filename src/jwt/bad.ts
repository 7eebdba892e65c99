import { exportSPKI, generateKeyPair, generateSecret, SignJWT, UnsecuredJWT, type CryptoKey } from 'jose';
import type { SigningKey } from './keys.ts';
import { payloadOf, sign, type AccessClaims, type AccessPayload } from './mint.ts';

/** Time since the expiry, or until the validity, of a badly timed token, ms: beyond any sane leeway. */
const OFF_BY_SECONDS = 3600;

/** Characters of a truncated signature: still well-formed base64url, so that only the length is wrong. */
const KEPT_SIGNATURE_CHARS = 16;

/** Tokens that a sound verifier refuses, one deliberate flaw each. */
export const FLAW_NAMES = [
  'expired',
  'not-yet',
  'wrong-signature',
  'alg-none',
  'alg-confusion',
  'wrong-audience',
  'wrong-issuer',
  'no-expiry',
  'unknown-kid',
  'truncated',
] as const;

export type Flaw = (typeof FLAW_NAMES)[number];

const FLAWS: Readonly<Record<Flaw, (key: SigningKey, payload: AccessPayload) => Promise<string>>> = {
  /** `exp` an hour ago */
  expired: (key, payload) =>
    sign(key, { ...payload, iat: payload.iat - 2 * OFF_BY_SECONDS, exp: payload.iat - OFF_BY_SECONDS }),
  /** `nbf` in an hour */
  'not-yet': (key, payload) =>
    sign(key, { ...payload, nbf: payload.iat + OFF_BY_SECONDS, exp: payload.exp + 2 * OFF_BY_SECONDS }),
  /** signed by a stranger under the right `kid` */
  'wrong-signature': async (key, payload) =>
    sign({ ...key, signing: await strangerKey(key), direct: undefined }, payload),
  /** an unsecured JWS (RFC 8725 section 3.1) */
  'alg-none': (_key, payload) => Promise.resolve(new UnsecuredJWT(payload).encode()),
  /** HMAC keyed with the PEM text of the public key (RFC 8725 section 2.1); for HS256, HS512 with the same secret */
  'alg-confusion': confused,
  'wrong-audience': (key, payload) => sign(key, { ...payload, aud: `not-${payload.aud}` }),
  'wrong-issuer': (key, payload) => sign(key, { ...payload, iss: `not-${payload.iss}` }),
  'no-expiry': (key, payload) => sign(key, { ...payload, exp: undefined }),
  'unknown-kid': (key, payload) => sign(key, payload, `not-${key.kid}`),
  /** cut in the middle of its signature */
  truncated: async (key, payload) => {
    const token = await sign(key, payload);
    return token.slice(0, token.lastIndexOf('.') + 1 + KEPT_SIGNATURE_CHARS);
  },
};

/** Mints a token with exactly one flaw. */
export function mintBadToken(key: SigningKey, claims: AccessClaims, flaw: Flaw): Promise<string> {
  return FLAWS[flaw](key, payloadOf(claims));
}

async function strangerKey(key: SigningKey): Promise<CryptoKey> {
  if (key.algorithm !== 'HS256') return (await generateKeyPair(key.algorithm)).privateKey;
  const secret = await generateSecret('HS256');
  if (secret instanceof Uint8Array) throw new TypeError('jose gave bytes where it documents a CryptoKey');
  return secret;
}

async function confused(key: SigningKey, payload: AccessPayload): Promise<string> {
  const alg = key.algorithm === 'HS256' ? 'HS512' : 'HS256';
  const secret =
    key.algorithm === 'HS256'
      ? await crypto.subtle.exportKey('raw', key.signing)
      : Buffer.from(await exportSPKI(key.verifying));
  const hash = alg === 'HS512' ? 'SHA-512' : 'SHA-256';
  const hmac = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash }, false, ['sign']);
  return new SignJWT(payload).setProtectedHeader({ alg, kid: key.kid, typ: 'JWT' }).sign(hmac);
}
