import { afterAll, describe, expect, test } from 'vitest';
import { TRIALS } from './conformance/all-trials.ts';
import { cells, scenarioOf } from './conformance/cells.ts';
import { Shows, sidesOf } from './conformance/shows.ts';
import type { Trial, World } from './conformance/trial.ts';
import { urlScenario } from './conformance/worlds.ts';

/** All trials stand in one line, and a test waits for its own. */
const WAIT_MS = 540_000;

const WHERE: Readonly<Record<World, string>> = {
  embedded: 'on real sockets towards the embedded target',
  url: 'on real sockets towards a URL',
  sim: 'in virtual time',
};

const shows = new Shows(TRIALS);
afterAll(() => shows.stop());

test.each(cells().map((cell) => [cell.field, cell.value, cell.trial, cell] as const))(
  '%s: %s is in the trial of %s',
  (_field, _value, _trial, cell) => {
    expect(cell.isIn(scenarioOf(cell))).toBe(true);
  },
);

describe.each(Object.entries<Trial>(TRIALS))('%s', (name, trial) => {
  const { without = {} } = trial;

  for (const world of ['embedded', 'url', 'sim'] as const) {
    if (world !== 'embedded' && without[world] !== undefined) continue;
    test(
      `come to what they have to ${WHERE[world]}`,
      async () => {
        const [shown, expected] = sidesOf(trial, world, await shows.of(name));
        expect(shown).toEqual(expected);
      },
      WAIT_MS,
    );
  }

  if (without.url !== undefined) {
    test('are refused towards a URL, with the reason', () => {
      const refusal = complaintOf(() => urlScenario(trial, 'ws://127.0.0.1:1/'));
      for (const words of without.url ?? []) expect(refusal).toContain(words);
    });
  }

  if (without.sim !== undefined) {
    test(
      'are left out in virtual time, with the reason',
      async () => {
        const { figures, events = [] } = (await shows.of(name)).sim ?? {};
        const warnings = events.filter(({ kind }) => kind === 'warning').map(({ message }) => message);
        for (const words of without.sim ?? []) expect(warnings.join('\n')).toContain(words);
        expect(warnings).toHaveLength(trial.faults?.length ?? 0);
        expect(figures?.faults).toEqual([]);
      },
      WAIT_MS,
    );
  }
});

function complaintOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return '';
}
