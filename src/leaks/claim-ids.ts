/** What names a token without giving it away. Of unknown origin: to be cleaned before it is shown. */
export interface ClaimIds {
  readonly sub?: string;
  readonly jti?: string;
  readonly sid?: string;
  /** from the header */
  readonly kid?: string;
}

/** An id that is longer is cut: it might be anything, even a token. */
const MAX_ID_CHARS = 64;

/** In the order in which they are told. */
export const CLAIM_IDS = ['sub', 'jti', 'sid', 'kid'] as const satisfies readonly (keyof ClaimIds)[];

type Fields = Readonly<Record<string, unknown>>;

/** The ids in a JWT's header and payload. */
export function claimIds(header: Fields, payload: Fields): ClaimIds {
  const ids: Record<string, string> = {};
  for (const name of CLAIM_IDS) {
    const value = (name === 'kid' ? header : payload)[name];
    if (typeof value === 'string' && value !== '') ids[name] = value.slice(0, MAX_ID_CHARS);
  }
  return ids;
}

/** A JWT's header; null when the text is none: an object that names its algorithm (RFC 7515 section 4.1.1). */
export function headerIn(base64url: string): Fields | null {
  const header = objectIn(Buffer.from(base64url, 'base64url'));
  return typeof header['alg'] === 'string' ? header : null;
}

/** The JSON object that the bytes hold; an empty one when they hold none. */
export function objectIn(bytes: Buffer): Fields {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
