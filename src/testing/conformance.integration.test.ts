import { afterAll, expect, test } from 'vitest';
import { TRIALS } from './conformance/all-trials.ts';
import { cells, scenarioOf } from './conformance/cells.ts';
import { Shows, sidesOf } from './conformance/shows.ts';
import { referenceOf, type Trial, type World, worldsOf } from './conformance/trial.ts';
import { urlScenario } from './conformance/worlds.ts';

/** Maximum time that a test waits for its trial, ms; all trials run from one queue. */
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

const ALL = Object.entries<Trial>(TRIALS);

const COMPARED = ALL.flatMap(([name, trial]) =>
  worldsOf(trial)
    .filter((world) => world === 'embedded' || world === referenceOf(trial) || trial.without?.[world] === undefined)
    .map((world) => [name, WHERE[world], trial, world] as const),
);
test.each(COMPARED)(
  '%s: the figures match the expected ones %s',
  async (name, _where, trial, world) => {
    const [shown, expected] = sidesOf(trial, world, await shows.of(name));
    expect(shown).toEqual(expected);
  },
  WAIT_MS,
);

test.each(ALL.filter(([, { without }]) => without?.url !== undefined))(
  '%s: they are refused towards a URL, with the reason',
  (_name, trial) => {
    const refusal = complaintOf(() => urlScenario(trial, 'ws://127.0.0.1:1/'));
    expect(trial.without?.url?.filter((words) => !refusal.includes(words))).toEqual([]);
  },
);

test.each(ALL.filter(([, { without }]) => without?.sim !== undefined))(
  '%s: they are left out in virtual time, with the reason',
  async (name, trial) => {
    const { figures, events = [] } = (await shows.of(name)).sim ?? {};
    const warnings = events.filter(({ kind }) => kind === 'warning').map(({ message }) => message);
    const text = warnings.join('\n');
    expect(trial.without?.sim?.filter((words) => !text.includes(words))).toEqual([]);
    expect(warnings).toHaveLength(trial.faults?.length ?? 0);
    expect(figures?.faults).toEqual([]);
  },
  WAIT_MS,
);

function complaintOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return '';
}
