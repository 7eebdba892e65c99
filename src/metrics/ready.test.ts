import { describe, expect, it } from 'vitest';
import { measured } from '../testing/measured.ts';
import { leastReady, readyNow } from './ready.ts';

type Changes = readonly (readonly [atMs: number, by: number])[];

const YET_TO_ARRIVE: Changes = [
  [0, 10],
  [2000, -10],
];

/** A run of ten seconds with ten clients, all of which have arrived after two seconds. */
function run(stateReady: Changes, stateRenewing: Changes = [], stateIdle: Changes = YET_TO_ARRIVE) {
  return measured({ elapsedMs: 10_000, planned: 10, series: { stateReady, stateRenewing, stateIdle } });
}

function least(...changes: Parameters<typeof run>): number | null {
  return leastReady(run(...changes), 10);
}

describe('ready', () => {
  it('counts clients that renew their token in band', () => {
    expect(readyNow(run([[0, 7]], [[0, 3]]).curves)).toBe(10);
  });
});

describe('the fewest ready at once', () => {
  it.each<[string, number, Changes]>([
    [
      'ignores the arrivals, and the growth after the last of them',
      10,
      [
        [500, 4],
        [2500, 3],
        [3000, 3],
      ],
    ],
    [
      'finds a loss of all clients although all are back at the end',
      0,
      [
        [2100, 10],
        [5000, -10],
        [7000, 10],
      ],
    ],
    [
      'finds a loss before the last client was ever ready',
      2,
      [
        [2100, 9],
        [5000, -7],
        [7000, 8],
      ],
    ],
    [
      'ignores a loss within the arrivals',
      10,
      [
        [500, 4],
        [1000, -4],
        [2100, 10],
      ],
    ],
    ['is the final number where some never get in', 9, [[2100, 9]]],
    ['is 0 where no client ever gets in', 0, []],
  ])('%s', (_title, fewest, changes) => {
    expect(least(changes)).toBe(fewest);
  });

  it('counts a client that begins to renew as ready', () => {
    expect(
      least(
        [
          [2100, 10],
          [5000, -10],
          [6000, 10],
        ],
        [
          [5000, 10],
          [6000, -10],
        ],
      ),
    ).toBe(10);
  });

  it('counts clients that were lost during the arrivals and are out after them', () => {
    const stateReady: Changes = [
      [500, 8],
      [1500, -8],
      [6000, 10],
    ];
    const series = { stateReady, stateIdle: YET_TO_ARRIVE, lostDropped: [[1500, 8]], recovered: [[6000, 8]] } as const;
    expect(leastReady(measured({ elapsedMs: 10_000, planned: 10, series }), 10)).toBe(2);
  });

  it('is not known while clients have yet to arrive', () => {
    expect(
      least(
        [[2000, 9]],
        [],
        [
          [0, 10],
          [2000, -9],
        ],
      ),
    ).toBeNull();
  });
});
