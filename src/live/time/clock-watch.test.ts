import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ClockWatch } from './clock-watch.ts';

type Look = readonly [who: string, errorMs: number, atMs: number];

function messagesOf(looks: readonly Look[]): readonly string[] {
  const messages: string[] = [];
  const watch = new ClockWatch((message) => messages.push(message));
  for (const [who, errorMs, atMs] of looks) watch.look(who, errorMs, atMs);
  return messages;
}

const FORWARD = "the machine's wall clock was set forward by 30.0 s, or the machine slept that long";
const BACK = "the machine's wall clock was set back by 30.0 s";

test.each<[string, readonly Look[], readonly string[]]>([
  [
    'a clock that stays',
    [
      ['a', 0, 0],
      ['a', 2, 250],
      ['a', -1, 500],
    ],
    [],
  ],
  [
    'a step forward',
    [
      ['a', 0, 0],
      ['a', 30_000, 250],
      ['a', 30_001, 500],
    ],
    [FORWARD],
  ],
  [
    'a step back',
    [
      ['a', 0, 0],
      ['a', -30_000, 250],
    ],
    [BACK],
  ],
  ['a step before the first look', [['a', 30_000, 0]], [FORWARD]],
  [
    'one there and back',
    [
      ['a', 30_000, 250],
      ['a', 0, 500],
    ],
    [FORWARD, BACK],
  ],
  [
    'one that all see',
    [
      ['a', 30_000, 250],
      ['b', 30_002, 260],
      ['c', 29_999, 270],
    ],
    [FORWARD],
  ],
  [
    'one of which some hear late',
    [
      ['a', 30_000, 250],
      ['b', 1, 260],
      ['b', 30_001, 900],
    ],
    [FORWARD],
  ],
  [
    'a step of NTP',
    [
      ['a', 0, 0],
      ['a', 128, 250],
    ],
    ["the machine's wall clock was set forward by 0.1 s, or the machine slept that long"],
  ],
  [
    'steps that are small and many',
    Array.from({ length: 3 }, (_, n): Look => ['a', 90 * n, 250 * n]),
    ["the machine's wall clock was set forward by 0.2 s, or the machine slept that long"],
  ],
])('of %s is reported once', (_what, looks, messages) => {
  expect(messagesOf(looks)).toEqual(messages);
});

test('slewing as NTP does it, 500 ppm in either direction for a day, is no step', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 60_000 }), fc.double({ min: -5e-4, max: 5e-4, noNaN: true })), {
        maxLength: 2000,
      }),
      (looks) => {
        let [atMs, errorMs] = [0, 0];
        const messages = messagesOf(
          looks.map(([forMs, rate]) => ['a', (errorMs += rate * forMs), (atMs += forMs)] as const),
        );
        expect(messages).toEqual([]);
      },
    ),
    { numRuns: 20 },
  );
});
