/** Ids that name a token without revealing it. Their origin is unknown: clean them before display. */
export interface ClaimIds {
  readonly sub?: string;
  readonly jti?: string;
  readonly sid?: string;
  /** from the header */
  readonly kid?: string;
}

/** Longest id, in characters; a longer one is cut, because it might be a token. */
const MAX_ID_CHARS = 64;

/** The ids in the order of reports. */
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

/** Parses a JWT's header, an object that names its algorithm (RFC 7515 section 4.1.1); null: it is none. */
export function headerIn(base64url: string): Fields | null {
  const header = objectIn(Buffer.from(base64url, 'base64url'));
  return typeof header['alg'] === 'string' ? header : null;
}

/** Parses a JSON object; an empty one for any other bytes. */
export function objectIn(bytes: Buffer): Fields {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return isFields(value) ? value : {};
  } catch {
    return {};
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}
