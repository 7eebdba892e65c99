import { isDeepStrictEqual } from 'node:util';
import { comparable } from './comparable.ts';
import type { Figures } from './figures.ts';
import { WORLDS, type Trial, type World } from './trial.ts';
import { show, slowed, type Shown } from './worlds.ts';

/** Trials at a time: their runs sleep for most of their time, but each beginning keeps a core busy. */
const AT_A_TIME = 3;
/**
 * A trial whose worlds do not agree is repeated with all its times multiplied, as a machine that is busy with other
 * things may need. Worlds that behave differently do so at any pace.
 */
const PACES = [1, 2.5, 6];

/** What a trial came to in each world where it has a meaning, and in virtual time in any case. */
export type Result = Readonly<Partial<Record<World, Shown>>>;

/** What all trials come to. They are begun in order, a few at a time. */
export class Shows {
  readonly #results = new Map<string, Promise<Result>>();
  readonly #waiting: (() => Promise<void>)[] = [];

  constructor(trials: Readonly<Record<string, Trial>>) {
    for (const [name, trial] of Object.entries(trials)) {
      const result = new Promise<Result>((resolve, reject) => {
        this.#waiting.push(() => settled(trial).then(resolve, reject));
      });
      // The tests that await it report its failure; until then a rejection is not unhandled.
      result.catch(() => {});
      this.#results.set(name, result);
    }
    for (let n = 0; n < AT_A_TIME; n++) void this.#work();
  }

  of(name: string): Promise<Result> {
    return this.#results.get(name) ?? Promise.reject(new Error(`there is no trial "${name}"`));
  }

  /** What has not begun will not begin. */
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
    if (WORLDS.every((world) => agrees(trial, world, result))) break;
  }
  return result;
}

async function resultOf(trial: Trial): Promise<Result> {
  const worlds = WORLDS.filter((world) => world !== 'url' || trial.without?.url === undefined);
  const shown = await Promise.all(worlds.map(async (world) => [world, await show(trial, world)] as const));
  return Object.fromEntries(shown);
}

function agrees(trial: Trial, world: World, result: Result): boolean {
  const [shown, expected] = sidesOf(trial, world, result);
  return isDeepStrictEqual(shown, expected);
}

/** What a world showed, and what it had to show: what the trial is for, and all that the embedded target did. */
export function sidesOf(trial: Trial, world: World, result: Result): readonly [shown: unknown, expected: unknown] {
  const here = result.embedded?.figures;
  const there = result[world]?.figures;
  const isComparable = world === 'embedded' || trial.without?.[world] === undefined;
  if (here === undefined || there === undefined || !isComparable) return [null, null];
  const expected: Figures = { ...here, ...trial.shows, ...trial.differs?.[world]?.shows };
  return [comparable(there, expected, trial), comparable(expected, there, trial)];
}
