import { describe, expect, it } from 'vitest';
import { needsAnother, turnsOf } from './order.ts';

it.each([
  { settings: 2, rounds: 4, order: 'AB BA AB BA' },
  { settings: 3, rounds: 2, order: 'ABC CBA' },
])('$settings settings alternate: $order', ({ settings, rounds, order }) => {
  const rows = Array.from({ length: rounds }, (_, round) =>
    turnsOf(round, settings)
      .map(({ setting }) => 'ABC'[setting] ?? '')
      .join(''),
  );
  expect(rows.join(' ')).toBe(order);
});

/** Rounds as letters: a small letter is an inconclusive run of a setting. */
function taken(...rounds: readonly string[]) {
  return rounds.flatMap((letters, round) =>
    Array.from(letters, (letter) => ({
      round,
      setting: 'ABC'.indexOf(letter.toUpperCase()),
      conclusive: letter === letter.toUpperCase(),
    })),
  );
}

describe('a further round', () => {
  it.each([
    { title: 'before all planned rounds are done', rounds: ['AB', 'BA'], another: true },
    { title: 'when all pairs are conclusive', rounds: ['AB', 'BA', 'AB', 'BA'], another: false },
    { title: 'for a pair with an inconclusive run', rounds: ['AB', 'bA', 'AB', 'BA'], another: true },
    { title: 'once that pair is replaced', rounds: ['AB', 'bA', 'AB', 'BA', 'AB'], another: false },
    {
      title: 'while there are fewer conclusive pairs than planned',
      rounds: ['AB', 'bA', 'AB', 'Ba', 'AB'],
      another: true,
    },
    { title: 'beyond one and a half times the plan', rounds: ['ab', 'BA', 'ab', 'BA', 'AB', 'ab'], another: false },
    { title: 'for a setting that is always inconclusive', rounds: ['Ab', 'bA', 'Ab', 'bA'], another: false },
    { title: 'when the first setting is always inconclusive', rounds: ['aB', 'Ba', 'aB', 'Ba'], another: false },
    { title: 'for one of three settings', rounds: ['ABC', 'cBA', 'ABC', 'CBA'], another: true },
  ])('$title: $another', ({ rounds, another }) => {
    expect(needsAnother(taken(...rounds), rounds[0]?.length ?? 0, 4)).toBe(another);
  });
});
