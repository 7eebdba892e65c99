import { expect, it } from 'vitest';
import { KeyRing, MAX_PUBLISHED, UNKNOWN_KEY } from './key-ring.ts';

it('a rotation brings the next key, and leaves the old ones in the set or not', () => {
  const ring = new KeyRing();
  expect([ring.signing, ring.published]).toEqual([0, { oldest: 0, newest: 0 }]);
  expect(ring.begin(1, 'rotate')).toBe(1);
  expect([ring.signing, ring.published]).toEqual([1, { oldest: 0, newest: 1 }]);
  expect(ring.begin(2, 'rotate-without-overlap')).toBe(2);
  expect([ring.signing, ring.published]).toEqual([2, { oldest: 2, newest: 2 }]);
});

it('a rotation stays when its fault ends', () => {
  const ring = new KeyRing();
  ring.begin(1, 'rotate');
  ring.end(1);
  expect(ring.published).toEqual({ oldest: 0, newest: 1 });
});

it('the set keeps a bounded number of keys', () => {
  const ring = new KeyRing();
  for (let n = 1; n <= 40; n++) ring.begin(n, 'rotate');
  expect(ring.published).toEqual({ oldest: 40 - MAX_PUBLISHED + 1, newest: 40 });
});

it('an unknown key signs until the last of its faults is over, and is never in the set', () => {
  const ring = new KeyRing();
  for (const n of [1, 2]) expect(ring.begin(n, 'unknown-key')).toBe(UNKNOWN_KEY);
  ring.begin(3, 'rotate');
  ring.end(1);
  expect([ring.signing, ring.published]).toEqual([UNKNOWN_KEY, { oldest: 0, newest: 1 }]);
  ring.end(2);
  expect(ring.signing).toBe(1);
});

it('the set cannot be fetched until the last fault that blocks it is over', () => {
  const ring = new KeyRing();
  for (const n of [1, 2]) expect(ring.begin(n, 'jwks-down')).toBeNull();
  ring.end(1);
  expect(ring.published).toBeNull();
  ring.end(2);
  expect(ring.published).not.toBeNull();
});
