import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { Rejection } from '../../core/codec/reject.ts';
import { faultCodec } from '../../core/fault/codec.ts';
import { FAULT_KINDS } from '../../core/fault/fault.ts';
import { problemsOf, LEAST } from '../../testing/expected-problems.ts';

/** What is said of a scenario whose only fault this is. */
function saidOf(written: string): string[] {
  return problemsOf(`${LEAST}faults: [${written}]`).map((line) =>
    line.replace(/^s\.yaml:\d+:\d+: faults\.0[.:] ?/, ''),
  );
}

const EVERY_KIND = FAULT_KINDS.join(', ');

describe('a fault that is spelled badly', () => {
  it.each([
    // its kind
    ['{ at: 1s, for: 2s, handshke: refuse }', 'handshke: unknown key — did you mean `handshake`?'],
    ['{ at: 1s, Drop: reset }', 'Drop: unknown key — did you mean `drop`?'],
    ['{ at: 1s, deploy: now }', `deploy: unknown key — write one of the keys ${EVERY_KIND}`],
    ['{ at: 1s, for: 2s }', `of no kind — add one of the keys ${EVERY_KIND}`],
    ['{}', `of no kind — add one of the keys ${EVERY_KIND}`],
    ['drop', `not a mapping ("drop") — write a mapping with one of the keys ${EVERY_KIND}`],
    ['null', `empty — write a mapping with one of the keys ${EVERY_KIND}`],
    [
      '{ at: 1s, for: 2s, handshake: refuse, refresh: hang }',
      'refresh: does not go with `handshake` — keep one or the other',
    ],
    ['{ at: 1s, drop: reset, timeout: 5s }', 'timeout: does not go with `drop` — keep one or the other'],
    // when, and on whom
    ['{ for: 1s, refresh: hang }', 'at: missing — write a number and a unit (ms, s, m, h), such as 10s'],
    ['{ at: 1, for: 1s, refresh: hang }', 'at: no unit (1) — 1 what? write 1s'],
    ['{ at: 1s, link: silent }', 'for: missing — write a number and a unit (ms, s, m, h), such as 10s'],
    ['{ at: 1s, for: 0s, link: silent }', 'for: no time at all ("0s") — write a duration longer than 0s'],
    ['{ at: 1s, session: disabled, for: 2s }', 'for: does not go with `session` — keep one or the other'],
    ['{ at: 1s, drop: reset, share: 0% }', 'share: nobody at all ("0%") — write a share above 0%'],
    ['{ at: 1s, drop: reset, shre: 5% }', 'shre: unknown key — did you mean `share`?'],
    [
      '{ at: 1s, drop: reset, cohort: 25% }',
      'cohort: not a pair ("25%") — write the least and the most, such as [0%, 25%]',
    ],
    [
      '{ at: 1s, drop: reset, cohort: [5%, 5%] }',
      'cohort: nobody at all (["5%","5%"]) — write two different shares, such as [0%, 25%]',
    ],
    ['{ at: 1s, drop: reset, cohort: [0%, 120%] }', 'cohort.1: more than everybody ("120%") — write at most 100%'],
    ['{ at: 1s, drop: reset, atLeast: 101% }', 'atLeast: more than everybody ("101%") — write at most 100%'],
    ['{ at: 1s, drop: reset, every: 0s }', 'every: no time at all ("0s") — write a duration longer than 0s'],
    ['{ at: 1s, drop: reset, every: 1s, times: 0 }', 'times: too few (0) — write a whole number from 1 to 10000'],
    ['{ at: 1s, drop: reset, times: 3 }', 'times: has no effect without `every` (3) — add every, or remove times'],
    [
      '{ at: 1s, for: 2s, link: stall, every: 1s }',
      'every: it would begin again before it is over (1s) — make it longer than for and spread together',
    ],
    // what
    [
      '{ at: 1s, for: 2s, handshake: { accept-then-close: { cod: 1008 } } }',
      'handshake.accept-then-close.cod: unknown key — did you mean `code`?',
    ],
    [
      '{ at: 1s, for: 2s, handshake: { status: 200 } }',
      'handshake.status: too few (200) — write a whole number from 400 to 599',
    ],
    [
      '{ at: 1s, for: 2s, handshake: { status: 503, slow: 1s } }',
      'handshake.slow: does not go with `status` — keep one or the other',
    ],
    [
      '{ at: 1s, for: 2s, handshake: { status: 503, retryAfter: 3, retryAfterDate: 3 } }',
      'handshake.retryAfterDate: given twice — write retryAfter or retryAfterDate',
    ],
    [
      '{ at: 1s, for: 2s, handshake: reset }',
      'handshake: not one of the choices ("reset") — write `refuse`, `hang`, or a mapping such as { status: 503 }, { slow: 2s } or { accept-then-close: { code: 4401 } }',
    ],
    [
      '{ at: 1s, for: 2s, refresh: invalid_grant }',
      'refresh: unknown word ("invalid_grant") — did you mean `invalid-grant`?',
    ],
    [
      '{ at: 1s, for: 2s, refresh: { slow: { mean: 1s } } }',
      'refresh.slow.sd: missing — write a number and a unit (ms, s, m, h), such as 10s',
    ],
    [
      '{ at: 1s, drop: 1012 }',
      'drop: not one of the choices (1012) — write `reset`, `garbage`, or a mapping such as { code: 1012 }',
    ],
    [
      '{ at: 1s, for: 2s, link: { bandwidth: 10 } }',
      'link.bandwidth: not a rate of bytes (10) — write a rate such as 10kB/s; the units are B/s, kB/s and MB/s',
    ],
    ['{ at: 1s, clock: { of: gatway, offset: 1s } }', 'clock.of: unknown word ("gatway") — did you mean `gateway`?'],
    [
      '{ at: 1s, clock: { drift: 10ms } }',
      'clock.drift: not a drift ("10ms") — write what the clock gains in some time, such as 10ms/s or -2s/h',
    ],
    ['{ at: 1s, clock: { of: gateway } }', 'clock.offset: a clock that stays right — write an offset or a drift'],
    ['{ at: 1s, clock: { ofset: 1s } }', 'clock.ofset: unknown key — did you mean `offset`?'],
    ['{ at: 1s, keys: rotated }', 'keys: unknown word ("rotated") — did you mean `rotate`?'],
    ['{ at: 1s, session: log-out }', 'session: unknown word ("log-out") — did you mean `logout`?'],
    [
      '{ at: 1s, for: 2s, gateway: { crash: { memory: gone } } }',
      'gateway.crash.memory: not one of the choices ("gone") — write `kept`, `lost`',
    ],
    [
      '{ at: 1s, for: 2s, gateway: { capacity: 25 } }',
      'gateway.capacity: no unit (25) — write a share with a per cent sign, such as 25%',
    ],
    ['{ at: 1s, exec: [] }', 'exec: no command — write the program and its arguments'],
    ['{ at: 1s, exec: [sleep, 5] }', 'exec.1: not text (5) — write text without line breaks'],
    [
      '{ at: 1s, exec: { run: x } }',
      'exec: not text ({"run":"x"}) — write a command for the shell, or a list of words',
    ],
    ['{ at: 1s, exec: x, tiemout: 1s }', 'tiemout: unknown key — did you mean `timeout`?'],
    [
      '{ at: 1s, for: 2s, toxiproxy: { proxy: redis, toxic: { type: down } } }',
      'toxiproxy.url: missing — write one such as http://127.0.0.1:8474',
    ],
  ])('%s is reported once, with its place, its value and what would be right', (written, message) => {
    expect(saidOf(written)).toEqual([message]);
  });

  it('is never refused without a word, whatever it is', () => {
    const key = fc.constantFrom(
      'at',
      'for',
      'every',
      'times',
      'share',
      'cohort',
      'timeout',
      'whatever',
      ...FAULT_KINDS,
    );
    const word = fc.constantFrom('reset', 'hang', '1s', '5%', 'status', 'crash', 'code', 'drift', 'of');
    const anyValue = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.oneof(word, fc.integer(), fc.constant(null), fc.boolean()),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.oneof(key, word), tie('value'), { maxKeys: 3 }),
      ),
    })).value;
    const anything = fc.oneof(anyValue, fc.dictionary(key, anyValue, { maxKeys: 5 }));
    fc.assert(
      fc.property(anything, (written) => {
        if (!(faultCodec.read(written) instanceof Rejection)) return;
        const lines = problemsOf(LEAST + stringify({ faults: [written] }));
        expect(lines.length).toBeGreaterThan(0);
        for (const line of lines) expect(line).toMatch(/^s\.yaml:\d+:\d+: faults\.0.*: .+/);
      }),
      { numRuns: 500 },
    );
  });
});
