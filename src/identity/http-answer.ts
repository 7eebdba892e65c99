import { readSetCookie, type SetCookie } from './cookies.ts';
import type { AnswerHeaders } from '../protocols/dial-step.ts';
import type { TokenPlace } from '../scenario/schema/token-answer.ts';

/** An HTTP answer, as read from a service that may be hostile; its size is bounded. */
export interface HttpAnswer {
  readonly status: number;
  /** by name in lower case */
  readonly headers: AnswerHeaders;
  readonly body: string;
}

/** A path to a value of a JSON body, ready for use. */
export type PathParts = readonly string[];

/** A compiled `TokenPlace`. */
export type ReadyPlace =
  | { readonly kind: 'path'; readonly parts: PathParts; readonly shown: string }
  | { readonly kind: 'cookie' | 'header'; readonly name: string; readonly shown: string };

export function readyPlace(place: TokenPlace): ReadyPlace {
  if (place.kind === 'path') return { kind: 'path', parts: place.path.split('.'), shown: place.path };
  if (place.kind === 'cookie') return { ...place, shown: `a cookie ${place.name}` };
  return { kind: 'header', name: place.name.toLowerCase(), shown: `a header ${place.name}` };
}

/** Parses a JSON body; undefined: it is none. */
export function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** The value at a path; undefined: there is none. Inherited properties count as none. */
export function valueAt(json: unknown, parts: PathParts): unknown {
  let value: unknown = json;
  for (const part of parts) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = Reflect.get(value, part);
  }
  return value;
}

/** The cookies that an answer sets. */
export function setCookiesOf({ headers }: HttpAnswer, nowMs: number): readonly SetCookie[] {
  const lines = headers['set-cookie'];
  if (lines === undefined) return [];
  return (typeof lines === 'string' ? [lines] : lines).flatMap((line) => readSetCookie(line, nowMs) ?? []);
}

export function headerOf({ headers }: Pick<HttpAnswer, 'headers'>, name: string): string | undefined {
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
  return typeof value === 'object' ? value[0] : value;
}

/** Whether an answer is a success: any 2xx. */
export function isSuccess({ status }: HttpAnswer): boolean {
  return status >= 200 && status < 300;
}
