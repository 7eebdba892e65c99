import { describe, expect, expectTypeOf, it } from 'vitest';
import { tags, oneOf, shorthand, taggedUnion, variant, words } from './choice.ts';
import { printWith, type ValueOf } from './codec.ts';
import { list, object, table } from './object.ts';
import { Rejection } from './reject.ts';
import { boolean, count, duration, number, range, text, unlimitedOr, word } from './scalars.ts';

const heartbeat = object({
  every: duration({ zero: false }).as('everyMs'),
  timeout: duration({ zero: false }).as('timeoutMs').default('5s').describe('silence after a ping'),
});

const skew = oneOf(
  duration({ signed: true }).wrap('offsetMs').tagged({ kind: 'fixed' }),
  variant({ kind: 'normal' }, { normal: duration().as('sdMs') }),
  variant({ kind: 'uniform' }, { uniform: range('minMs', 'maxMs', duration({ signed: true }), '[0s, 5s]').inline() }),
);

// The type of a codec's values is as plain as one that is spelled out.
type Skew =
  | { readonly kind: 'fixed'; readonly offsetMs: number }
  | { readonly kind: 'normal'; readonly sdMs: number }
  | { readonly kind: 'uniform'; readonly minMs: number; readonly maxMs: number };

const named = text({ maxChars: 9, right: 'write a name' });
const keys = object({
  file: named,
  queue: unlimitedOr(count({ min: 0, max: 9 })).default('unlimited'),
  note: named.orNull(),
  hint: named.optional(),
});
const model = oneOf(shorthand('file', named, keys), keys);

const action = oneOf(
  tags(['retry', 'stop'], 'or a mapping'),
  words({ now: { kind: 'slow', delayMs: 0 } } as const).printsWhen(() => false),
  variant({ kind: 'slow' }, { slow: object({ by: duration().as('delayMs') }).inline() }),
);

const fault = taggedUnion('kind', {
  drop: variant({ kind: 'drop' }, { at: duration().as('atMs'), drop: word(['reset']).as('mode') }),
  link: variant({ kind: 'link' }, { at: duration().as('atMs'), for: duration().as('forMs'), link: action.as('mode') }),
});

expectTypeOf<ValueOf<typeof heartbeat>>().toEqualTypeOf<{ readonly everyMs: number; readonly timeoutMs: number }>();
expectTypeOf<ValueOf<typeof skew>>().branded.toEqualTypeOf<Skew>();
expectTypeOf<ValueOf<typeof keys>>().toEqualTypeOf<{
  readonly file: string;
  readonly queue: number;
  readonly note: string | null;
  readonly hint?: string;
}>();
expectTypeOf<Extract<ValueOf<typeof fault>, { kind: 'drop' }>['mode']>().toEqualTypeOf<'reset'>();

/** The findings of a rejection, each as `path: message`. */
function wrong(value: unknown): string[] {
  return value instanceof Rejection ? value.findings.map(({ path, message }) => `${path.join('.')}: ${message}`) : [];
}

describe('a codec', () => {
  it.each([
    [heartbeat, { every: '10s' }, { everyMs: 10_000, timeoutMs: 5000 }, { every: '10s', timeout: '5s' }],
    [skew, '-5s', { kind: 'fixed', offsetMs: -5000 }, '-5s'],
    [skew, { normal: '2s' }, { kind: 'normal', sdMs: 2000 }, { normal: '2s' }],
    [skew, { uniform: ['-1s', '1s'] }, { kind: 'uniform', minMs: -1000, maxMs: 1000 }, { uniform: ['-1s', '1s'] }],
    [model, 'm', { file: 'm', queue: Infinity, note: null }, { file: 'm', queue: 'unlimited' }],
    [model, { file: 'm', queue: 3, note: 'n' }, { file: 'm', queue: 3, note: 'n' }, { file: 'm', queue: 3, note: 'n' }],
    [action, 'stop', { kind: 'stop' }, 'stop'],
    [action, 'now', { kind: 'slow', delayMs: 0 }, { slow: { by: '0s' } }],
    [fault, { at: '1s', drop: 'reset' }, { kind: 'drop', atMs: 1000, mode: 'reset' }, { at: '1s', drop: 'reset' }],
    [list(boolean(), { max: 2 }), [true], [true], [true]],
    [table(named, number(0, 1), '{ a: 1 }'), { a: 1 }, { a: 1 }, { a: 1 }],
  ])('%# reads what it prints', (codec, written, value, printed) => {
    expect(codec.read(written)).toEqual(value);
    expect(printWith(codec, value)).toEqual(printed);
    expect(codec.read(printed)).toEqual(value);
  });

  it.each([
    [heartbeat, 5, [': not a mapping (5) — write one with keys every, timeout']],
    [heartbeat, { evry: '1s' }, ['evry: unknown key — did you mean `every`?']],
    [
      heartbeat,
      { every: 1, timeout: '0s' },
      ['every: no unit (1) — 1 what? write 1s', 'timeout: no time at all ("0s") — write a duration longer than 0s'],
    ],
    [skew, { normal: '1s', uniform: [] }, ['uniform: does not go with `normal` — keep one or the other']],
    [skew, { uniform: ['1s', '2'] }, ['uniform.1: no unit ("2") — 2 what? write 2s']],
    [skew, null, [': empty — write a number and a unit (ms, s, m, h), such as 10s']],
    [action, 'strop', [': unknown word ("strop") — did you mean `stop`?']],
    [fault, { at: '1s' }, [': of no kind — add one of the keys drop, link']],
    [fault, { at: '1s', dropp: 'reset' }, ['dropp: unknown key — did you mean `drop`?']],
    [fault, { at: '1s', drop: 'reset', for: '1s' }, ['for: does not go with `drop` — keep one or the other']],
    [list(boolean(), { max: 1, empty: 'none — add one' }), [], [': none — add one']],
    [list(boolean(), { max: 1 }), [1, 2], [': more than 1 items — remove some']],
    [
      table(word(['a']), boolean(), '{ a: true }'),
      { 5: true, a: 1 },
      ['5: unknown word ("5") — did you mean `a`?', 'a: not yes or no (1) — write true or false'],
    ],
  ])('%# names the place, the value and the fix', (codec, written, findings) => {
    expect(wrong(codec.read(written))).toEqual(findings);
  });

  it('passes refusals of checks and conversions on, with the path', () => {
    const even = count({ min: 0, max: 9 }).refine((value, refuse) => value % 2 === 1 && refuse('odd — write 2'));
    expect(wrong(object({ n: even }).read({ n: 3 }))).toEqual(['n: odd — write 2']);
    const half = heartbeat.map(
      ({ everyMs }, refuse) => (everyMs > 5000 ? refuse('too long', ['every']) : everyMs / 2),
      (value) => ({ everyMs: (value ?? 0) * 2, timeoutMs: 1000 }),
    );
    expect(wrong(half.read({ every: '6s' }))).toEqual(['every: too long']);
    expect(half.read({ every: '4s' })).toBe(2000);
    expect(half.print(2000)).toEqual({ every: '4s', timeout: '1s' });
  });

  it('describes itself to an editor', () => {
    expect(heartbeat.schema).toMatchObject({
      required: ['every'],
      properties: { timeout: { type: 'string', default: '5s', description: 'silence after a ping' } },
    });
    expect(model.schema).toMatchObject({ anyOf: [{ type: 'string' }, { required: ['file'] }] });
  });
});
