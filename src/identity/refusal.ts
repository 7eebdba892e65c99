import { headerOf, valueAt, type HttpAnswer, type PathParts, type ReadyPlace } from './http-answer.ts';

/** Most characters of a refusal that are read. */
const SAID_CHARS = 1000;
/** Most fields of an answer that are named. */
const NAMED_FIELDS = 8;

/** Where a refusal has its error code and description, ready for use. */
export interface ErrorPlaces {
  readonly error: PathParts;
  readonly description: PathParts;
}

/** The error code of an answer; empty: it has none. */
export function errorOf(json: unknown, { error }: ErrorPlaces): string {
  const value = valueAt(json, error);
  if (typeof value === 'string') return value.slice(0, SAID_CHARS);
  return typeof value === 'number' ? String(value) : '';
}

/**
 * Describes a refusal by its error and description, or by the beginning of its body, which may quote secrets: it must be
 * cleaned before it is shown.
 */
export function refusalText(answer: HttpAnswer, json: unknown, places: ErrorPlaces): string {
  const error = errorOf(json, places);
  const { status, body } = answer;
  const description = valueAt(json, places.description);
  const why = typeof description === 'string' && description !== error ? description.slice(0, SAID_CHARS) : '';
  if (error !== '') return `${error}${why === '' ? '' : `: ${why}`} (HTTP ${status})`;
  if (why !== '') return `${why} (HTTP ${status})`;
  if (status >= 300 && status < 400)
    return `HTTP ${status}${hostOf(headerOf(answer, 'location'))}, and redirects are not followed`;
  return `HTTP ${status} ${body.slice(0, SAID_CHARS)}`;
}

/** Names the host of a redirect only, since the rest of its URL may be secret. */
function hostOf(location: string | undefined): string {
  return location !== undefined && URL.canParse(location) ? ` to ${new URL(location).host}` : '';
}

/** Describes an answer without a token by the names of its fields only, since their values may be secret. */
export function withoutToken({ status, body }: HttpAnswer, json: unknown, place: ReadyPlace): string {
  if (place.kind !== 'path') return `HTTP ${status} without ${place.shown}`;
  if (namesOf(json).length === 0)
    return `HTTP ${status} with ${body === '' ? 'nothing in it' : 'a body that is no JSON object, or an empty one'}`;
  let value = json;
  let at = 'it';
  for (const part of place.parts) {
    const names = namesOf(value);
    if (!names.includes(part)) return `HTTP ${status} without ${place.shown}; ${at} has ${list(names)}`;
    value = valueAt(value, [part]);
    at = part;
  }
  return `HTTP ${status} with ${article(place.shown)} ${place.shown} that is no token`;
}

function namesOf(value: unknown): readonly string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'no fields' : names.slice(0, NAMED_FIELDS).join(', ').slice(0, SAID_CHARS);
}

function article(word: string): string {
  return /^[aeiou]/i.test(word) ? 'an' : 'a';
}
