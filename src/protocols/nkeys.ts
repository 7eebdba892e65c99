/**
 * Seeds and signatures of NATS nkeys (https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro/nkey_auth;
 * strkey.go of github.com/nats-io/nkeys). A seed is base32 (RFC 4648, without padding) of two bytes with the kinds, the 32
 * bytes of an Ed25519 seed, and a CRC-16 (XMODEM) of them, low byte first.
 */
import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const SEED_BYTES = 36;
/** First five bits of a seed: `S`. */
const SEED_KIND = 18 << 3;
/** First byte of a user's public key: `U`. */
const USER_KIND = 20 << 3;
/** DER of an Ed25519 private key before its 32 bytes (RFC 8410 section 7), and of a public key. */
const PRIVATE_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const PUBLIC_HEAD_BYTES = 12;

/** What CONNECT has of an nkey. */
export interface NkeySignature {
  /** public key */
  readonly nkey: string;
  /** signature of the nonce, base64url */
  readonly sig: string;
}

/**
 * Signs a server's nonce.
 *
 * @returns null: the seed is none
 * @example signNonce('SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY', nonce)
 */
export function signNonce(seed: string, nonce: string): NkeySignature | null {
  const key = keyOf(seed);
  if (key === null) return null;
  const bytes = createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(PUBLIC_HEAD_BYTES);
  return { nkey: nkeyText([USER_KIND], bytes), sig: sign(null, Buffer.from(nonce), key).toString('base64url') };
}

function keyOf(seed: string): KeyObject | null {
  const bytes = fromBase32(seed);
  if (bytes?.length !== SEED_BYTES || (bytes[0]! & 0xf8) !== SEED_KIND) return null;
  const body = bytes.subarray(0, SEED_BYTES - 2);
  if (bytes.readUInt16LE(SEED_BYTES - 2) !== crc16(body)) return null;
  return createPrivateKey({ key: Buffer.concat([PRIVATE_HEAD, body.subarray(2)]), format: 'der', type: 'pkcs8' });
}

/** Writes a key: the bytes of its kind, the key's own, and their checksum. */
export function nkeyText(kind: readonly number[], bytes: Buffer): string {
  const body = Buffer.concat([Buffer.from(kind), bytes]);
  const sum = crc16(body);
  return toBase32(Buffer.concat([body, Buffer.from([sum & 0xff, sum >> 8])]));
}

/** null: it has other characters */
function fromBase32(text: string): Buffer | null {
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const char of text.trim()) {
    const value = ALPHABET.indexOf(char);
    if (value === -1 || bytes.length > SEED_BYTES) return null;
    held = ((held << 5) | value) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >> bits) & 0xff);
  }
  return Buffer.from(bytes);
}

function toBase32(bytes: Buffer): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(held >> (bits - 5)) & 31];
  }
  return bits > 0 ? text + ALPHABET[(held << (5 - bits)) & 31] : text;
}

function crc16(bytes: Buffer): number {
  let sum = 0;
  for (const byte of bytes) {
    sum ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) sum = ((sum << 1) ^ ((sum & 0x8000) === 0 ? 0 : 0x1021)) & 0xffff;
  }
  return sum;
}
