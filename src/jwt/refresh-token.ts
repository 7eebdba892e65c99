import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto';

/** Client, session and generation of a refresh token, each an unsigned 32-bit number. */
export interface RefreshGrant {
  readonly client: number;
  readonly session: number;
  readonly generation: number;
}

const GRANT_BYTES = 12;
const MAC_BYTES = 32;
const TOKEN_LENGTH = Math.ceil(((GRANT_BYTES + MAC_BYTES) * 4) / 3);

/**
 * Refresh tokens that need no table: client, session and generation as three little-endian u32, then their
 * HMAC-SHA-256 under a secret of the run, in base64url. A restarted token service still recognises its own tokens, but
 * must learn again which generation is the newest.
 */
export class RefreshTokens {
  readonly #secret: KeyObject;

  /** @param secret base64url; one for the whole run */
  constructor(secret: string) {
    this.#secret = createSecretKey(secret, 'base64url');
  }

  seal(grant: RefreshGrant): string {
    const bytes = Buffer.allocUnsafe(GRANT_BYTES + MAC_BYTES);
    bytes.writeUInt32LE(grant.client, 0);
    bytes.writeUInt32LE(grant.session, 4);
    bytes.writeUInt32LE(grant.generation, 8);
    this.#mac(bytes).copy(bytes, GRANT_BYTES);
    return bytes.toString('base64url');
  }

  /** Returns the content of a token; undefined unless it was sealed with this secret. */
  open(token: string): RefreshGrant | undefined {
    if (token.length !== TOKEN_LENGTH) return undefined;
    const bytes = Buffer.from(token, 'base64url');
    if (bytes.length !== GRANT_BYTES + MAC_BYTES) return undefined;
    if (!timingSafeEqual(this.#mac(bytes), bytes.subarray(GRANT_BYTES))) return undefined;
    return {
      client: bytes.readUInt32LE(0),
      session: bytes.readUInt32LE(4),
      generation: bytes.readUInt32LE(8),
    };
  }

  #mac(bytes: Buffer): Buffer {
    return createHmac('sha256', this.#secret).update(bytes.subarray(0, GRANT_BYTES)).digest();
  }
}
