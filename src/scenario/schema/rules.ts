import type { Advice, SignalRule } from '../../core/policy/advice.ts';
import { NETWORK, SIGNALS, signalName } from '../../core/signal.ts';
import { oneOf, shorthand } from '../../core/codec/choice.ts';
import { type Codec, scalar } from '../../core/codec/codec.ts';
import { list, object, table } from '../../core/codec/object.ts';
import { reject, type Rejection } from '../../core/codec/reject.ts';
import { boolean, duration, word } from '../../core/codec/scalars.ts';
import { MAX_RULES } from '../limits.ts';
import { nearest } from '../../core/text/nearest.ts';

/** A range of signals, both ends included. */
type Span = Pick<SignalRule, 'from' | 'to'>;

const NETWORK_NAMES: ReadonlyMap<string, number> = new Map(
  Object.values(NETWORK).map((signal) => [signalName(signal), signal]),
);

const SPAN_PATTERN = `^(\\d+(-\\d+)?|${[...NETWORK_NAMES.keys()].join('|')})$`;

/** `4403` (close code), `503` (HTTP status), `4000-4099` (a range), or `refused` (what squall saw on the network). */
const span: Codec<Span> = scalar(readSpan, printSpan, {
  anyOf: [
    { type: 'integer', minimum: 100, maximum: SIGNALS - 1 },
    { type: 'string', pattern: SPAN_PATTERN },
  ],
});

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
  const single = (from >= 100 && from < 600) || from >= 1000;
  const exists = from >= 1 && to < SIGNALS && (from !== to || single);
  return exists
    ? { from, to }
    : reject('no such signal', input, 'HTTP statuses are 100 to 599, close codes 1000 to 4999');
}

function printSpan({ from, to }: Span): string {
  if (from !== to) return `${from}-${to}`;
  return from < 100 ? signalName(from) : String(from);
}

const action: Codec<Advice> = word(['retry', 'retry-now', 'refresh', 'login', 'stop']);

const actionKeys = {
  action: action.describe(
    'retry after the backoff; retry-now; refresh the token, then connect; login: over; stop: over',
  ),
  delay: duration().as('delayMs').optional().describe("in place of the backoff's own delay"),
  delays: list(duration(), { max: MAX_RULES, empty: 'no delays — write at least one' })
    .as('delaysMs')
    .optional()
    .describe("in place of the backoff's own delays, one by one; the last one repeats"),
  unlessAdvised: boolean().optional(false).describe("true: the server's advice goes before this rule"),
  counted: boolean().optional(true).describe('false: does not move the backoff on'),
};

const actionOf = object(actionKeys);

const codes = table(
  span.withSchema({ type: 'string', pattern: SPAN_PATTERN }),
  oneOf(shorthand('action', action, actionOf), actionOf),
  '{ 4403: stop }',
);

/** `{ 4403: stop, 4000-4099: { action: retry, delay: 2s } }`: the narrower a range, the sooner its rule applies. */
export const closeCodes = codes.map<readonly SignalRule[]>(
  (actions, refuse) => {
    const entries = Object.entries(actions);
    if (entries.length > MAX_RULES) refuse(`more than ${MAX_RULES} codes — write ranges`);
    const rules: SignalRule[] = [];
    for (const [key, keys] of entries) {
      const rule = { ...span.parse(key), ...keys };
      const rival = rules.find((other) => ambiguous(other, rule));
      if (rival !== undefined) {
        refuse(`overlaps ${printSpan(rival)} — write ranges that lie apart, or one inside the other`, [key]);
      }
      rules.push(rule);
    }
    return rules.toSorted((a, b) => a.to - a.from - (b.to - b.from));
  },
  (rules) => Object.fromEntries(rules.map(({ from, to, ...keys }) => [printSpan({ from, to }), keys])),
);

/** `[{ on: 4403, action: stop }]`: the first rule that covers a signal applies. */
export const ruleList: Codec<readonly SignalRule[]> = list(
  object({ on: span.inline().describe('a close code, HTTP status, range or network failure'), ...actionKeys }),
  { max: MAX_RULES },
).refine((rules, refuse) => {
  for (const [index, rule] of rules.entries()) {
    const earlier = rules.slice(0, index).find((other) => covers(other, rule));
    if (earlier === undefined) continue;
    const message = `never reached (${printSpan(rule)}) — the rule on ${printSpan(earlier)} comes first; remove one of them`;
    refuse(message, [index, 'on']);
  }
});

/** The overriding rules, followed by those of the others that can still apply. */
export function putInFront(overrides: readonly SignalRule[], rules: readonly SignalRule[]): readonly SignalRule[] {
  return [...overrides, ...rules.filter((rule) => !overrides.some((override) => covers(override, rule)))];
}

function covers(outer: Span, inner: Span): boolean {
  return outer.from <= inner.from && inner.to <= outer.to;
}

/** Whether two ranges overlap without one properly inside the other, so that neither is the narrower. */
function ambiguous(a: Span, b: Span): boolean {
  const apart = a.to < b.from || b.to < a.from;
  const same = a.from === b.from && a.to === b.to;
  return !apart && (same || !(covers(a, b) || covers(b, a)));
}
