import { describe, expect, it } from 'vitest';
import { unitOf } from './units.ts';
import { edgeOf, nextToTry, type Search } from './search.ts';
import { triedOf, type Goal, type Tried } from './tuning.ts';
import { runOf } from './experiments.test.helper.ts';

/** Runs a search; `meets` decides which values meet the thresholds. */
function searched(low: string, high: string, goal: Goal, meets: (size: number) => boolean): readonly Tried[] {
  const kind = unitOf([low, high])!;
  const search: Search = { kind, low: kind.read(low)!, high: kind.read(high)!, goal };
  const tried: Tried[] = [];
  for (let next = nextToTry(search, tried); next.length > 0; next = nextToTry(search, tried)) {
    for (const size of next) tried.push(triedOf(kind.print(size), size, [runOf(0, {}, meets(size) ? 'pass' : 'fail')]));
    expect(tried.length).toBeLessThan(30);
  }
  return tried;
}

/** Meets the thresholds at 15 s, and from 30 s to 50 s. */
function lucky(ms: number): boolean {
  return ms === 15_000 || (ms >= 30_000 && ms < 50_000);
}

describe('the search', () => {
  it('finds the smallest that meets the thresholds to within half a per cent of the range', () => {
    const edge = edgeOf(
      searched('0s', '60s', 'smallest', (ms) => ms >= 7777),
      'smallest',
    );
    expect(edge?.found.size).toBeGreaterThanOrEqual(7777);
    expect(edge?.found.size).toBeLessThanOrEqual(7777 + 300);
    expect(edge?.milder?.size).toBeLessThan(7777);
  });

  it('finds the largest, to the unit where values are whole numbers', () => {
    const edge = edgeOf(
      searched('1', '100', 'largest', (n) => n <= 42),
      'largest',
    );
    expect([edge?.found.value, edge?.milder?.value]).toEqual(['42', '43']);
  });

  it.each([
    { title: 'all meet', meets: () => true, found: '0s' },
    { title: 'the last alone meets', meets: (ms: number) => ms >= 60_000, found: '60s' },
    { title: 'none meets', meets: () => false, found: undefined },
  ])('finds $found when $title', ({ meets, found }) => {
    expect(edgeOf(searched('0s', '60s', 'smallest', meets), 'smallest')?.found.value).toBe(found);
  });

  it('ignores a single good value among bad ones, and lists the bad values beyond the edge', () => {
    const edge = edgeOf(searched('0s', '60s', 'smallest', lucky), 'smallest');
    expect(edge?.found.size).toBeGreaterThan(22_500);
    expect(edge?.islands.map(({ value }) => value)).toEqual(['52.5s', '60s']);
  });
});
