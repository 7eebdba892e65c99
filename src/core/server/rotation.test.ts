import { expect, it } from 'vitest';
import { mayUse, type ReuseDetection } from './rotation.ts';

/** Generations between a token and the newest known one: newer than known, the newest, the one before, older ones. */
const BEHIND = [-1, 0, 1, 2, 10];

it.each<{ detection: ReuseDetection; may: boolean[] }>([
  { detection: 'strict', may: [false, true, false, false, false] },
  { detection: 'grace', may: [false, true, true, false, false] },
  { detection: 'off', may: [true, true, true, true, true] },
])('$detection: which tokens may be used', ({ detection, may }) => {
  expect(BEHIND.map((behind) => mayUse(detection, behind))).toEqual(may);
});
