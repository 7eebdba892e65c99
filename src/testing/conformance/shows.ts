import { isDeepStrictEqual } from 'node:util';
import { comparable } from './comparable.ts';
import type { Figures } from './figures.ts';
import { referenceOf, type Trial, type World, worldsOf } from './trial.ts';
import { show, slowed, type Shown } from './worlds.ts';

/** Maximum number of trials at once; runs mostly wait, but each start keeps a core busy. */
const AT_A_TIME = 3;
/**
 * Factors for all times of a trial. A trial whose worlds disagree is repeated more slowly, since the machine may be
 * busy. A real difference must stay at every factor, so a trial of a fixed time needs instants close to each other.
 */
const PACES = [1, 2.5, 6];

/** The outcome of a trial in each world that supports it; always in virtual time. */
export type Result = Readonly<Partial<Record<World, Shown>>>;

/** Runs all trials in order, a few at a time, and holds their outcomes. */
export class Shows {
  readonly #results = new Map<string, Promise<Result>>();
  readonly #waiting: (() => Promise<void>)[] = [];

  constructor(trials: Readonly<Record<string, Trial>>) {
    for (const [name, trial] of Object.entries(trials)) {
      const result = new Promise<Result>((resolve, reject) => {
        this.#waiting.push(() => settled(trial).then(resolve, reject));
      });
      // The tests that await the result report its failure; this handler keeps Node from ending the process before.
      result.catch(() => {});
      this.#results.set(name, result);
    }
    for (let n = 0; n < AT_A_TIME; n++) void this.#work();
  }

  of(name: string): Promise<Result> {
    return this.#results.get(name) ?? Promise.reject(new Error(`there is no trial "${name}"`));
  }

  /** Cancels all trials that have not begun. */
  stop(): void {
    this.#waiting.length = 0;
  }

  async #work(): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) await next();
  }
}

async function settled(trial: Trial): Promise<Result> {
  let result: Result = {};
  for (const pace of PACES) {
    result = await resultOf(slowed(trial, pace));
    if (worldsOf(trial).every((world) => agrees(trial, world, result))) break;
  }
  return result;
}

async function resultOf(trial: Trial): Promise<Result> {
  const shown = await Promise.all(worldsOf(trial).map(async (world) => [world, await show(trial, world)] as const));
  return Object.fromEntries(shown);
}

function agrees(trial: Trial, world: World, result: Result): boolean {
  const [shown, expected] = sidesOf(trial, world, result);
  return isDeepStrictEqual(shown, expected);
}

/** The actual and the expected figures of a world; expected are those of the trial's reference with the trial's own. */
export function sidesOf(trial: Trial, world: World, result: Result): readonly [shown: unknown, expected: unknown] {
  const reference = referenceOf(trial);
  const here = result[reference]?.figures;
  const there = result[world]?.figures;
  const isComparable = world === 'embedded' || world === reference || trial.without?.[world] === undefined;
  if (here === undefined || there === undefined || !isComparable) return [null, null];
  const expected: Figures = { ...here, ...trial.shows, ...trial.differs?.[world]?.shows };
  return [comparable(there, expected, trial), comparable(expected, there, trial)];
}
