import type { HttpRequest } from '../../protocols/dial-step.ts';

/** Most names that are shown. */
const MAX_NAMES = 12;
/** Longest body that is read for its names, characters. */
const MAX_BODY_CHARS = 65_536;

/**
 * A request without its values: method, URL, and the names of what its body holds.
 *
 * @example requestText({ method: 'POST', url: 'http://id/token', headers: {}, body: 'grant_type=password&username=a' })
 * // 'POST http://id/token with grant_type, username'
 */
export function requestText({ method, url, body }: HttpRequest): string {
  const { origin, pathname, searchParams } = new URL(url, 'http://gateway');
  const query = [...searchParams.keys()].map((name) => `${name}=…`).join('&');
  const where = URL.canParse(url) ? `${origin}${pathname}` : pathname;
  return `${method} ${where}${query === '' ? '' : `?${query}`}${fieldNames(body ?? '')}`;
}

/**
 * The names of the fields of a body, which is JSON or a form; its values may be secret.
 *
 * @example fieldNames('{"access_token":"…","expires_in":60}') // ' with access_token, expires_in'
 */
export function fieldNames(body: string): string {
  if (body === '') return '';
  const names = body.length > MAX_BODY_CHARS ? null : (jsonNames(body) ?? formNames(body));
  if (names === null) return ' with a body of another kind';
  return names.length === 0 ? '' : ` with ${names.slice(0, MAX_NAMES).join(', ')}`;
}

function jsonNames(body: string): readonly string[] | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? Object.keys(value) : null;
  } catch {
    return null;
  }
}

function formNames(body: string): readonly string[] | null {
  return /^[\w.%+-]+=[^\s<>{}]*$/.test(body) ? [...new Set(new URLSearchParams(body).keys())] : null;
}
