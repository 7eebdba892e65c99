import { expect, it } from 'vitest';
import { leaseEnd } from './lease.ts';

it.each([
  ['hears its coordinator', 900, 0, null],
  ['waits for a coordinator that is slow to speak', 6999, 0, null],
  ['ends without its coordinator', 7000, 0, 'the coordinator has not been heard for 7 s'],
  ['ends after a pause of its own process', 31_400, 0, 'the coordinator has not been heard for 31 s'],
  ['goes on while Redis is away for a while', 900, 9999, null],
  ['blames no coordinator that cannot be heard', 60_000, 1, null],
  ['ends without Redis', 900, 10_000, 'Redis has been away for 10 s'],
  ['names Redis where both are gone', 8500, 12_300, 'Redis has been away for 12 s'],
])('a shard %s', (_, silentMs, downMs, why) => {
  expect(leaseEnd({ silentMs, downMs })).toBe(why);
});
