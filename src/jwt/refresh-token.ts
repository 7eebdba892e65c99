import { createHmac, timingSafeEqual } from 'node:crypto';

/** Whose refresh token it is, and the how-manieth of its session. All unsigned 32-bit numbers. */
export interface RefreshGrant {
  readonly client: number;
  readonly session: number;
  readonly generation: number;
}

const GRANT_BYTES = 12;
const MAC_BYTES = 32;
const TOKEN_LENGTH = Math.ceil(((GRANT_BYTES + MAC_BYTES) * 4) / 3);

/**
 * Refresh tokens that prove themselves: client, session and generation as three little-endian u32, followed by their
 * HMAC-SHA-256 under a secret of the run, in base64url. A token service that lost its memory still knows that it
 * issued the token; only which generation is the newest must be learned anew.
 */
export class RefreshTokens {
  readonly #secret: Buffer;

  /** @param secret base64url; the same for everyone who seals or opens tokens of this run */
  constructor(secret: string) {
    this.#secret = Buffer.from(secret, 'base64url');
  }

  seal(grant: RefreshGrant): string {
    const bytes = Buffer.allocUnsafe(GRANT_BYTES + MAC_BYTES);
    bytes.writeUInt32LE(grant.client, 0);
    bytes.writeUInt32LE(grant.session, 4);
    bytes.writeUInt32LE(grant.generation, 8);
    this.#mac(bytes).copy(bytes, GRANT_BYTES);
    return bytes.toString('base64url');
  }

  /** What the token grants; undefined unless it was sealed with this secret. */
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
