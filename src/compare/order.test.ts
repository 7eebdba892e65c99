import { expect, it } from 'vitest';
import { turns } from './order.ts';

it.each([
  { settings: 2, rounds: 4, order: 'AB BA AB BA' },
  { settings: 3, rounds: 2, order: 'ABC CBA' },
])('$settings settings take turns: $order', ({ settings, rounds, order }) => {
  const rows = Array.from({ length: rounds }, () => '');
  for (const { round, setting } of turns(settings, rounds)) rows[round] += 'ABC'[setting] ?? '';
  expect(rows.join(' ')).toBe(order);
});
