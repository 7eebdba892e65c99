import { NETWORK, type Signal } from '../core/signal.ts';
import type { TokenAnswerPlan } from '../scenario/schema/token-answer.ts';
import type { SetCookie } from './cookies.ts';
import {
  headerOf,
  isSuccess,
  jsonOf,
  readyPlace,
  setCookiesOf,
  valueAt,
  type HttpAnswer,
  type PathParts,
  type ReadyPlace,
} from './http-answer.ts';
import { errorOf, refusalText, withoutToken, type ErrorPlaces } from './refusal.ts';

/** How the answer to a token request is read, ready for use. Plain data. */
export interface AnswerTemplate extends ErrorPlaces {
  readonly access: ReadyPlace;
  readonly refresh: ReadyPlace;
  readonly expiresIn: PathParts;
  readonly unitMs: number;
  readonly expiresAt: PathParts | null;
  readonly lifetimeMs: number | null;
  readonly ends: readonly (string | number)[];
  readonly retry: readonly (string | number)[];
}

/** Tokens that an answer brought, or why it brought none. */
export type Answered =
  | {
      readonly ok: true;
      readonly access: string;
      /** next refresh token; null: the old one stays */
      readonly refresh: string | null;
      /** time from now until the expiry that the answer states, or else the scenario; null: neither does */
      readonly expiresInMs: number | null;
    }
  /** `said`: the service's words, which may quote secrets */
  | { readonly ok: false; readonly signal: Signal; readonly said: string };

/** Largest time, ms: the range of a Date (ECMA-262 section 21.4.1.1); a larger one is ignored. */
const MAX_MS = 8.64e15;
/** First number that is an instant in ms: as seconds it would be in the year 5138. */
const FIRST_MS = 1e11;
/** Visible ASCII (RFC 6749 appendix A.12), so that a token cannot add a header to a request. */
const TOKEN = /^[\x20-\x7e]+$/;
const NUMERIC = /^\d{1,20}(?:\.\d{1,9})?$/;
/** A date and a time (RFC 3339); without a zone it is UTC. */
const INSTANT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?$/i;

export function answerTemplate(plan: TokenAnswerPlan): AnswerTemplate {
  return {
    access: readyPlace(plan.access),
    refresh: readyPlace(plan.refresh),
    expiresIn: plan.expiresIn.split('.'),
    unitMs: plan.unit === 's' ? 1000 : 1,
    expiresAt: plan.expiresAt?.split('.') ?? null,
    lifetimeMs: plan.lifetimeMs,
    ends: plan.ends,
    retry: plan.retry,
    error: plan.errorAt.split('.'),
    description: plan.descriptionAt.split('.'),
  };
}

/**
 * Reads the answer to a token request. Never throws.
 *
 * @param nowMs wall clock
 */
export function readTokenAnswer(template: AnswerTemplate, answer: HttpAnswer, nowMs: number): Answered {
  const json = jsonOf(answer.body);
  if (!isSuccess(answer)) {
    const said = refusalText(answer, json, template);
    return { ok: false, signal: endsSession(template, answer, json) ? NETWORK.invalidGrant : answer.status, said };
  }
  const cookies = setCookiesOf(answer, nowMs);
  const access = tokenAt(template.access, answer, json, cookies);
  if (access === null) return withoutAccess(template, answer, json);
  return {
    ok: true,
    access,
    refresh: tokenAt(template.refresh, answer, json, cookies),
    expiresInMs: expiresInMs(template, json, nowMs) ?? cookieAgeMs(template.access, cookies) ?? template.lifetimeMs,
  };
}

/** A success without a token; some services answer 200 with an error in it. */
function withoutAccess(template: AnswerTemplate, answer: HttpAnswer, json: unknown): Answered {
  if (errorOf(json, template) === '')
    return { ok: false, signal: NETWORK.malformed, said: withoutToken(answer, json, template.access) };
  const signal = endsSession(template, answer, json) ? NETWORK.invalidGrant : NETWORK.malformed;
  return { ok: false, signal, said: refusalText(answer, json, template) };
}

function endsSession({ ends, retry, ...places }: AnswerTemplate, { status }: HttpAnswer, json: unknown): boolean {
  const error = errorOf(json, places);
  const isIn = (codes: AnswerTemplate['ends']): boolean =>
    codes.some((code) => code === status || (error !== '' && String(code) === error));
  return isIn(ends) && !isIn(retry);
}

/** The token at a place; null: there is none, or what is there cannot be a token. */
export function tokenAt(
  place: ReadyPlace,
  answer: HttpAnswer,
  json: unknown,
  cookies: readonly SetCookie[],
): string | null {
  const value = textAt(place, answer, json, cookies);
  return typeof value === 'string' && TOKEN.test(value) ? value : null;
}

function textAt(place: ReadyPlace, answer: HttpAnswer, json: unknown, cookies: readonly SetCookie[]): unknown {
  switch (place.kind) {
    case 'path':
      return valueAt(json, place.parts);
    case 'header':
      return withoutScheme(headerOf(answer, place.name));
    case 'cookie':
      return cookies.findLast(({ name, maxAgeMs }) => name === place.name && !isDeletion(maxAgeMs))?.value;
  }
}

/** `Authorization: Bearer eyJ…` holds a token after its scheme. */
function withoutScheme(value: string | undefined): string | undefined {
  return value?.replace(/^Bearer +/i, '');
}

function cookieAgeMs(place: ReadyPlace, cookies: readonly SetCookie[]): number | null {
  if (place.kind !== 'cookie') return null;
  return cookies.findLast(({ name, maxAgeMs }) => name === place.name && !isDeletion(maxAgeMs))?.maxAgeMs ?? null;
}

function isDeletion(maxAgeMs: number | null): boolean {
  return maxAgeMs !== null && maxAgeMs <= 0;
}

function expiresInMs(template: AnswerTemplate, json: unknown, nowMs: number): number | null {
  if (template.expiresAt !== null) {
    const at = instantMs(valueAt(json, template.expiresAt));
    if (at !== null) return at - nowMs;
  }
  const lifetimeMs = (numberOf(valueAt(json, template.expiresIn)) ?? 0) * template.unitMs;
  return lifetimeMs > 0 && lifetimeMs <= MAX_MS ? lifetimeMs : null;
}

/** A number or numeric string. */
function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return typeof value === 'string' && NUMERIC.test(value) ? Number(value) : null;
}

/** An instant since 1970 in ms, from seconds, milliseconds or ISO 8601; null: it is none. */
function instantMs(value: unknown): number | null {
  const number = numberOf(value);
  if (number !== null) {
    const ms = number < FIRST_MS ? number * 1000 : number;
    return ms > 0 && ms <= MAX_MS ? ms : null;
  }
  if (typeof value !== 'string') return null;
  const [whole, zone] = INSTANT.exec(value) ?? [];
  if (whole === undefined) return null;
  const ms = Date.parse(zone === undefined ? `${whole.replace(' ', 'T')}Z` : whole.replace(' ', 'T'));
  return Number.isNaN(ms) ? null : ms;
}
