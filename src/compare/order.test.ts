import { describe, expect, it } from 'vitest';
import { needsAnother, turnsOf } from './order.ts';

it.each([
  { settings: 2, rounds: 4, order: 'AB BA AB BA' },
  { settings: 3, rounds: 2, order: 'ABC CBA' },
])('$settings settings take turns: $order', ({ settings, rounds, order }) => {
  const rows = Array.from({ length: rounds }, (_, round) =>
    turnsOf(round, settings)
      .map(({ setting }) => 'ABC'[setting] ?? '')
      .join(''),
  );
  expect(rows.join(' ')).toBe(order);
});

/** Rounds as letters: a setting's small letter is a run without a verdict. */
function taken(...rounds: readonly string[]) {
  return rounds.flatMap((letters, round) =>
    Array.from(letters, (letter) => ({
      round,
      setting: 'ABC'.indexOf(letter.toUpperCase()),
      conclusive: letter === letter.toUpperCase(),
    })),
  );
}

describe('another round', () => {
  it.each([
    { title: 'before all that were planned', rounds: ['AB', 'BA'], another: true },
    { title: 'when all pairs came to a verdict', rounds: ['AB', 'BA', 'AB', 'BA'], another: false },
    { title: 'for a pair that one side left open', rounds: ['AB', 'bA', 'AB', 'BA'], another: true },
    { title: 'once that pair has been made up for', rounds: ['AB', 'bA', 'AB', 'BA', 'AB'], another: false },
    { title: 'while there are fewer than planned', rounds: ['AB', 'bA', 'AB', 'Ba', 'AB'], another: true },
    { title: 'beyond half as many again', rounds: ['ab', 'BA', 'ab', 'BA', 'AB', 'ab'], another: false },
    { title: 'for a setting that never comes to a verdict', rounds: ['Ab', 'bA', 'Ab', 'bA'], another: false },
    { title: 'when the first never does', rounds: ['aB', 'Ba', 'aB', 'Ba'], another: false },
    { title: 'for one of three settings', rounds: ['ABC', 'cBA', 'ABC', 'CBA'], another: true },
  ])('$title: $another', ({ rounds, another }) => {
    expect(needsAnother(taken(...rounds), rounds[0]?.length ?? 0, 4)).toBe(another);
  });
});
