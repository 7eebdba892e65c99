import { z } from 'zod';
import type { Advice, SignalRule } from '../../core/policy/advice.ts';
import { NETWORK, SIGNALS, signalName } from '../../core/signal.ts';
import { boolean, duration, scalar, word } from '../scalar.ts';
import { MAX_RULES } from '../limits.ts';
import { nearest } from '../../core/text/nearest.ts';
import { list, object, table } from '../object.ts';
import { Rejection, reject } from '../../core/codec/reject.ts';

/** Signals from one to another, both included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const NETWORK_NAMES: ReadonlyMap<string, number> = new Map(
  Object.values(NETWORK).map((signal) => [signalName(signal), signal]),
);

const SPAN_PATTERN = `^(\\d+(-\\d+)?|${[...NETWORK_NAMES.keys()].join('|')})$`;

/** `4403` (close code), `503` (HTTP status), `4000-4099` (a range), or `refused` (what squall saw on the network). */
function readSpan(input: unknown): Span | Rejection {
  const right = `write a close code, an HTTP status, a range such as 4000-4099, or one of ${[...NETWORK_NAMES.keys()].join(', ')}`;
  if (typeof input !== 'string' && typeof input !== 'number') return reject('not a signal', input, right);
  const network = NETWORK_NAMES.get(String(input));
  if (network !== undefined) return { from: network, to: network };
  const parts = /^(\d+)(?:-(\d+))?$/.exec(String(input));
  if (parts === null) {
    const meant = nearest(String(input), [...NETWORK_NAMES.keys()]);
    return reject('not a signal', input, meant === undefined ? right : `did you mean \`${meant}\`?`);
  }
  const from = Number(parts[1]);
  const to = Number(parts[2] ?? parts[1]);
  if (from > to) return reject('the wrong way round', input, `write ${to}-${from}`);
  const exists = from >= 1 && to < SIGNALS && (from !== to || from < 600 || from >= 1000);
  return exists
    ? { from, to }
    : reject('no such signal', input, 'HTTP statuses are 100 to 599, close codes 1000 to 4999');
}

/** The text that reads back as the same span. */
export function printSpan({ from, to }: Span): string {
  if (from !== to) return `${from}-${to}`;
  return from < 100 ? signalName(from) : String(from);
}

const action = word(['retry', 'retry-now', 'refresh', 'login', 'stop']);

const actionKeys = {
  action: action.describe(
    'retry after the backoff; retry-now; refresh the token, then connect; login: over; stop: over',
  ),
  delay: duration().optional().describe("in place of the backoff's own delay"),
  counted: boolean().optional().meta({ default: true, description: 'false: does not move the backoff on' }),
};

export interface ActionKeys {
  readonly action: Advice;
  readonly delay?: number | undefined;
  readonly counted?: boolean | undefined;
}

/** `{ 4403: stop, 4000-4099: { action: retry, delay: 2s } }`: the narrower a range, the sooner it is asked. */
export const closeCodes = table(
  z
    .string()
    .superRefine((key, context) => {
      const span = readSpan(key);
      if (span instanceof Rejection) context.addIssue({ code: 'custom', message: span.findings[0]?.message });
    })
    .meta({ pattern: SPAN_PATTERN }),
  z.union([action.transform((plain): ActionKeys => ({ action: plain })), object(actionKeys)]),
  '{ 4403: stop }',
).transform((codes, context) => {
  const entries = Object.entries(codes);
  if (entries.length > MAX_RULES) {
    context.issues.push({
      code: 'custom',
      message: `more than ${MAX_RULES} codes — write ranges`,
      path: [],
      input: codes,
    });
    return z.NEVER;
  }
  const rules: SignalRule[] = [];
  for (const [key, keys] of entries) {
    const rule = toRule(readSpan(key), keys);
    const rival = rule && rules.find((other) => ambiguous(other, rule));
    if (rival !== undefined) {
      const message = `overlaps ${printSpan(rival)} — write ranges that lie apart, or one inside the other`;
      context.issues.push({ code: 'custom', message, path: [key], input: codes });
    }
    if (rule !== undefined) rules.push(rule);
  }
  return rules.toSorted((a, b) => a.to - a.from - (b.to - b.from));
});

/** `[{ on: 4403, action: stop }]`: the first that fits is followed. */
export const ruleList = list(
  object({
    on: scalar(readSpan, {
      anyOf: [
        { type: 'integer', minimum: 1, maximum: SIGNALS - 1 },
        { type: 'string', pattern: SPAN_PATTERN },
      ],
    }).describe('a close code, HTTP status, range or network failure'),
    ...actionKeys,
  }),
  MAX_RULES,
).transform((items, context) => {
  const rules: SignalRule[] = [];
  for (const [index, { on, ...keys }] of items.entries()) {
    const rule = toRule(on, keys);
    const earlier = rule && rules.find((other) => covers(other, rule));
    if (earlier !== undefined) {
      const message = `never reached (${printSpan(on)}) — the rule on ${printSpan(earlier)} comes first; remove one of them`;
      context.issues.push({ code: 'custom', message, path: [index, 'on'], input: items });
    }
    if (rule !== undefined) rules.push(rule);
  }
  return rules;
});

/** The overriding rules in front, and of the others those that can still be reached. */
export function putInFront(overrides: readonly SignalRule[], rules: readonly SignalRule[]): readonly SignalRule[] {
  return [...overrides, ...rules.filter((rule) => !overrides.some((override) => covers(override, rule)))];
}

function toRule(span: Span | Rejection, keys: ActionKeys): SignalRule | undefined {
  if (span instanceof Rejection) return undefined;
  const { delay, counted = true } = keys;
  return {
    ...span,
    action: keys.action,
    ...(delay === undefined ? {} : { delayMs: delay }),
    ...(counted ? {} : { counted }),
  };
}

function covers(outer: Span, inner: Span): boolean {
  return outer.from <= inner.from && inner.to <= outer.to;
}

/** Neither apart nor one properly inside the other: nobody could say which is meant. */
function ambiguous(a: Span, b: Span): boolean {
  const apart = a.to < b.from || b.to < a.from;
  const same = a.from === b.from && a.to === b.to;
  return !apart && (same || !(covers(a, b) || covers(b, a)));
}
