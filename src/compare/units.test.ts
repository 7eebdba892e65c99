import { describe, expect, it } from 'vitest';
import { inOrder, unitOf, roundIn } from './units.ts';

describe('the order of values', () => {
  it.each([
    { values: ['10s', '500ms', '1m'], order: [1, 0, 2] },
    { values: ['2k', '500'], order: [1, 0] },
    { values: ['5/s', '2/m'], order: [1, 0] },
    { values: ['30%', '5%'], order: [1, 0] },
    { values: ['1.5', '-2', '1'], order: [1, 2, 0] },
  ])('of $values is $order', ({ values, order }) => {
    expect(inOrder(values)).toEqual(order);
  });

  it.each([[['full', 'equal']], [['none', '5s']], [['5s', '5/s']]])('of %j does not exist', (values) => {
    expect(inOrder(values)).toBeNull();
  });
});

it.each([
  { texts: ['0s', '60s'], value: 7312.5, printed: '7.3s' },
  { texts: ['100s', '101s'], value: 100_370.4, printed: '100.37s' },
  { texts: ['0.1ms', '5ms'], value: 1.2345, printed: '1.235ms' },
  { texts: ['1', '400'], value: 12.4, printed: '12' },
  { texts: ['1.0', '4.0'], value: 1.23456, printed: '1.235' },
  { texts: ['1/s', '100/s'], value: 12.3456, printed: '12.3/s' },
  { texts: ['1000/s', '1010/s'], value: 1003.7512, printed: '60225/m' },
  { texts: ['0%', '100%'], value: 0.33333, printed: '33.3%' },
  { texts: ['33.333%', '34%'], value: 0.335551, printed: '33.555%' },
])('a value between $texts is written as $printed', ({ texts, value, printed }) => {
  const kind = unitOf(texts)!;
  const [low = 0, high = 0] = texts.map((text) => kind.read(text) ?? 0);
  expect(kind.print(roundIn(high - low, value, kind))).toBe(printed);
});
