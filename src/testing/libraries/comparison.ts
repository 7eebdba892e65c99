import type { BackoffPolicy } from '../../core/policy/backoff.ts';
import { LIBRARIES } from '../../core/policy/libraries/index.ts';
import { UPTIME_MS } from './driver.ts';
import { DRIVERS } from './drivers.ts';
import { criticalDistance, distance } from './kolmogorov-smirnov.ts';
import { realDelays } from './real-clients.ts';
import { squallDelays } from './squall-clients.ts';
import { seeded } from './world.ts';

export const RETRIES = 7;
export const SAMPLES = 200;
export const SQUALL_SAMPLES = 2000;

const isRandom = ({ jitter, first }: BackoffPolicy): boolean =>
  jitter.kind !== 'none' || (first !== undefined && 'quantilesMs' in first);

export const names = Object.keys(DRIVERS);
export const random = names.filter((name) => isRandom(LIBRARIES[name]!.policy));
export const exact = names.filter((name) => !isRandom(LIBRARIES[name]!.policy));

/** One chance in a thousand that any comparison of the suite fails by chance; the draws are the same in each run. */
export const CRITICAL = criticalDistance(0.001 / (random.length * RETRIES), SAMPLES, SQUALL_SAMPLES);

/** The distance of each retry's delays from those of squall; 1 where a client of one of them gave up. */
export function distances(real: readonly (readonly number[])[], policy: BackoffPolicy): number[] {
  return squallDelays(policy, SQUALL_SAMPLES, RETRIES, UPTIME_MS).map((squall, retry) =>
    distance(
      real.map((delays) => delays[retry]!),
      squall,
    ),
  );
}

const measured = new Map<string, Promise<readonly (readonly number[])[]>>();

/** The delays of clients of a real library, measured once. */
export function delaysOf(name: string, samples: number): Promise<readonly (readonly number[])[]> {
  const known = measured.get(name) ?? measure(name, samples);
  measured.set(name, known);
  return known;
}

async function measure(name: string, samples: number): Promise<number[][]> {
  const delays: number[][] = [];
  for (let sample = 0; sample < samples; sample++) delays.push(await realDelays(name, seeded(sample), RETRIES));
  return delays;
}

/** Real and virtual milliseconds: timers round. */
export const rounded = (delays: readonly number[]): readonly number[] => delays.map(Math.floor);

export const squallSeries = (policy: BackoffPolicy): readonly number[] =>
  rounded(squallDelays(policy, 1, RETRIES, UPTIME_MS).map(([delay]) => delay!));
