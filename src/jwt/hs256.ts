import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto';

/**
 * HS256 (RFC 7518 section 3.2) in one synchronous call of `node:crypto`: jose makes a job for Node's thread pool of each
 * signature, which takes six times the CPU time of the HMAC itself.
 */
export class Hs256 {
  readonly #secret: KeyObject;
  /** first part of each token that `sign` makes */
  readonly #header: string;

  constructor(secret: Uint8Array, kid: string) {
    this.#secret = createSecretKey(secret);
    this.#header = encoded(JSON.stringify({ alg: 'HS256', kid, typ: 'JWT' }));
  }

  sign(payload: Readonly<Record<string, unknown>>): string {
    const text = `${this.#header}.${encoded(JSON.stringify(payload))}`;
    return `${text}.${this.#mac(text)}`;
  }

  /**
   * Returns the payload of a token in the form that `sign` gives it: the same header to the byte, base64url without
   * variants, a JSON object in UTF-8. Returns undefined for any other token, which may yet be valid: jose decides that.
   */
  open(token: string): Readonly<Record<string, unknown>> | undefined {
    const from = this.#header.length + 1;
    const to = token.lastIndexOf('.');
    if (to < from || token[from - 1] !== '.' || !token.startsWith(this.#header)) return undefined;
    if (!isSame(token.slice(to + 1), this.#mac(token.slice(0, to)))) return undefined;
    const payload = token.slice(from, to);
    const bytes = Buffer.from(payload, 'base64url');
    return bytes.toString('base64url') === payload ? objectOf(bytes.toString()) : undefined;
  }

  #mac(text: string): string {
    return createHmac('sha256', this.#secret).update(text).digest('base64url');
  }
}

/** The character that stands for bytes that are no UTF-8, which jose refuses. */
const REPLACEMENT = '\ufffd';

function encoded(text: string): string {
  return Buffer.from(text).toString('base64url');
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function objectOf(json: string): Readonly<Record<string, unknown>> | undefined {
  if (json.includes(REPLACEMENT)) return undefined;
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
