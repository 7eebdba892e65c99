import type { Row } from '../core/template/template.ts';

/** A cookie that an answer sets (RFC 6265 section 4.1). */
export interface SetCookie {
  readonly name: string;
  readonly value: string;
  /** lifetime, ms; null: until the client leaves; 0 or less: the cookie is deleted */
  readonly maxAgeMs: number | null;
}

/** Most cookies in a jar, and most characters of its header; others are ignored. */
const MAX_COOKIES = 50;
const MAX_HEADER_CHARS = 16_384;
/** Most characters of one cookie (RFC 6265 section 6.1). */
const MAX_COOKIE_CHARS = 4096;
const NAME = /^[\w!#$%&'*+.^`|~-]+$/;
/** Visible ASCII without semicolons, so that a cookie can neither end its header nor another cookie. */
const VALUE = /^[\x20-\x3a\x3c-\x7e]*$/;

/**
 * The cookies of one client, by name. Domain and Path are ignored: all hosts that a token source names belong to one
 * application. A cookie stays until an answer deletes it.
 */
export class CookieJar {
  readonly #raw = new Map<string, string>();
  /** values for `{cookie.NAME}`, decoded as a browser's script reads them */
  readonly #row: Record<string, string> = {};
  /** value of the `Cookie` header; empty: no cookies */
  #header = '';

  get row(): Row {
    return this.#row;
  }

  get header(): string {
    return this.#header;
  }

  has(name: string): boolean {
    return this.#raw.has(name);
  }

  keep(cookies: readonly SetCookie[]): void {
    if (cookies.length === 0) return;
    for (const { name, value, maxAgeMs: ageMs } of cookies) {
      if (ageMs !== null && ageMs <= 0) this.#delete(name);
      else if (this.#fits(name, value)) this.#set(name, value);
    }
    this.#header = [...this.#raw].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  #fits(name: string, value: string): boolean {
    const before = this.#raw.get(name);
    if (before === undefined && this.#raw.size === MAX_COOKIES) return false;
    const others = [...this.#raw].reduce(
      (sum, [key, kept]) => sum + (key === name ? 0 : key.length + kept.length + 3),
      0,
    );
    return others + name.length + value.length + 1 <= MAX_HEADER_CHARS;
  }

  #set(name: string, value: string): void {
    this.#raw.set(name, value);
    Object.defineProperty(this.#row, name, { value: decoded(value), configurable: true, enumerable: true });
  }

  #delete(name: string): void {
    this.#raw.delete(name);
    delete this.#row[name];
  }
}

/**
 * Reads the value of a `Set-Cookie` header.
 *
 * @param nowMs wall clock, for `Expires`
 * @returns null: it is no cookie
 * @example readSetCookie('sid=a; Max-Age=900; HttpOnly', 0) // { name: 'sid', value: 'a', maxAgeMs: 900_000 }
 */
export function readSetCookie(header: string, nowMs: number): SetCookie | null {
  if (header.length > MAX_COOKIE_CHARS) return null;
  const [pair = '', ...attributes] = header.split(';');
  const equals = pair.indexOf('=');
  const name = pair.slice(0, equals).trim();
  const value = pair.slice(equals + 1).trim();
  if (equals < 1 || !NAME.test(name) || !VALUE.test(value)) return null;
  return { name, value, maxAgeMs: maxAgeMs(attributes, nowMs) };
}

/** Max-Age goes before Expires (RFC 6265 section 5.3). */
function maxAgeMs(attributes: readonly string[], nowMs: number): number | null {
  let lifetimeMs: number | null = null;
  for (const attribute of attributes) {
    const [key = '', value = ''] = attribute.split('=', 2);
    switch (key.trim().toLowerCase()) {
      case 'max-age':
        if (/^-?\d{1,12}$/.test(value.trim())) return Number(value) * 1000;
        break;
      case 'expires': {
        const at = Date.parse(value.trim());
        if (!Number.isNaN(at)) lifetimeMs = at - nowMs;
      }
    }
  }
  return lifetimeMs;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
