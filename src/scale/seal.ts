import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { RunRefused } from '../live/refused.ts';

/** Environment variable with the key that the coordinator and its workers share. */
export const KEY_VARIABLE = 'SQUALL_KEY';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FORMAT = 1;
/** Length of a signature, bytes. */
export const SIGNATURE_BYTES = 32;
const HEADER_BYTES = 1 + NONCE_BYTES + TAG_BYTES;
const CIPHER = 'aes-256-gcm';
const FINGERPRINT_DIGITS = 16;
const NEW_KEY = `export ${KEY_VARIABLE}=$(openssl rand -base64 32)`;

/** Bytes that this key has not sealed, or has sealed for another purpose. */
export class NotSealed extends Error {
  override readonly name = 'NotSealed';
}

/** Seals and opens what passes through Redis, with AES-256-GCM, and signs what anybody may read there, under a key that Redis never sees. */
export class Sealer {
  readonly #key: Buffer;
  readonly #signingKey: Buffer;
  /** 16 hexadecimal digits to compare keys by, from which the key cannot be computed */
  readonly fingerprint: string;

  /** @param secret 32 random bytes */
  constructor(secret: Uint8Array) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'squall seal 1', KEY_BYTES));
    this.#signingKey = Buffer.from(hkdfSync('sha256', secret, '', 'squall signature 1', KEY_BYTES));
    const digest = createHmac('sha256', secret).update('squall fingerprint 1').digest('hex');
    this.fingerprint = digest.slice(0, FINGERPRINT_DIGITS);
  }

  /**
   * Takes the key from SQUALL_KEY.
   *
   * @throws RunRefused when it is missing or malformed; the error never quotes it
   */
  static fromEnvironment(env: Readonly<Record<string, string | undefined>>): Sealer {
    const text = env[KEY_VARIABLE]?.trim() ?? '';
    const fix = `make a key once, and give the same one to the coordinator and all workers: ${NEW_KEY}`;
    if (text === '') throw new RunRefused('not-allowed', `${KEY_VARIABLE} is not set`, fix);
    const secret = keyOf(text);
    if (secret !== null) return new Sealer(secret);
    const message = `${KEY_VARIABLE} has ${text.length} characters that are not 32 bytes in base64 or hexadecimal`;
    throw new RunRefused('not-allowed', message, fix);
  }

  /**
   * Seals bytes for a purpose: they open for the same purpose only.
   *
   * @example sealer.open('run 1', sealer.seal('run 1', Buffer.from('text'))) // the same bytes
   */
  seal(about: string, bytes: Uint8Array): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key, nonce);
    cipher.setAAD(Buffer.from(about));
    const body = [cipher.update(bytes), cipher.final()];
    return Buffer.concat([Buffer.of(FORMAT), nonce, cipher.getAuthTag(), ...body]);
  }

  /** @throws NotSealed */
  open(about: string, sealed: Uint8Array): Buffer {
    if (sealed.length < HEADER_BYTES || sealed[0] !== FORMAT) throw new NotSealed(`not sealed: ${about}`);
    const decipher = createDecipheriv(CIPHER, this.#key, sealed.subarray(1, 1 + NONCE_BYTES));
    decipher.setAAD(Buffer.from(about));
    decipher.setAuthTag(sealed.subarray(1 + NONCE_BYTES, HEADER_BYTES));
    const body = decipher.update(sealed.subarray(HEADER_BYTES));
    try {
      decipher.final();
    } catch {
      throw new NotSealed(`sealed under another key, for another purpose, or changed since: ${about}`);
    }
    return body;
  }

  /** Signs bytes that anybody may read, for a purpose (HMAC-SHA-256). */
  sign(about: string, bytes: Uint8Array): Buffer {
    return createHmac('sha256', this.#signingKey).update(`${about.length} ${about}`).update(bytes).digest();
  }

  /** Whether this key signed these bytes for this purpose. */
  isSigned(about: string, bytes: Uint8Array, signature: Uint8Array): boolean {
    return signature.length === SIGNATURE_BYTES && timingSafeEqual(this.sign(about, bytes), signature);
  }
}

/** Reads 32 bytes in hexadecimal or base64; null: the text is neither. */
function keyOf(text: string): Buffer | null {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  // 32 bytes are 43 digits of base64 and one padding character, which may be missing.
  return /^[\w+/-]{43}=?$/.test(text) ? Buffer.from(text, 'base64') : null;
}
