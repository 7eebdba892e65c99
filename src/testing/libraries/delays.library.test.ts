import { afterAll, describe, expect, test } from 'vitest';
import type { BackoffPolicy, Growth } from '../../core/policy/backoff.ts';
import { LIBRARIES } from '../../core/policy/libraries/index.ts';
import { DRIVERS, UPTIME_MS } from './drivers.ts';
import { criticalDistance, distance } from './kolmogorov-smirnov.ts';
import { realDelays } from './real-clients.ts';
import { squallDelays } from './squall-clients.ts';

const RETRIES = 7;
const SAMPLES = 200;
const SQUALL_SAMPLES = 2000;

/** Libraries that are not run here, and why. Their delays are read from their code. */
const NOT_RUN: Readonly<Record<string, string>> = {
  discordjs: 'needs the REST interface of Discord before each attempt',
  grpc: 'a written specification',
  rfc6455: 'a written specification',
  slack: 'opens its sockets by undici',
};

const isRandom = ({ jitter, first }: BackoffPolicy): boolean =>
  jitter.kind !== 'none' || (first !== undefined && 'quantilesMs' in first);

const names = Object.keys(DRIVERS);
const random = names.filter((name) => isRandom(LIBRARIES[name]!.policy));
const exact = names.filter((name) => !isRandom(LIBRARIES[name]!.policy));

/** One chance in a thousand that any comparison of the suite fails by chance; the draws are the same in each run. */
const CRITICAL = criticalDistance(0.001 / (random.length * RETRIES), SAMPLES, SQUALL_SAMPLES);

const rows: string[] = [];
const cell = (value: string | number): string => String(value).padStart(9);

/** The distance of each retry's delays from those of squall; 1 where a client of one of them gave up. */
function distances(real: readonly (readonly number[])[], policy: BackoffPolicy): number[] {
  return squallDelays(policy, SQUALL_SAMPLES, RETRIES, UPTIME_MS).map((squall, retry) =>
    distance(
      real.map((delays) => delays[retry]!),
      squall,
    ),
  );
}

const measured = new Map<string, Promise<readonly (readonly number[])[]>>();

/** The delays of clients of a real library, measured once. */
function delaysOf(name: string, samples: number): Promise<readonly (readonly number[])[]> {
  const known = measured.get(name) ?? measure(name, samples);
  measured.set(name, known);
  return known;
}

async function measure(name: string, samples: number): Promise<number[][]> {
  const delays: number[][] = [];
  for (let sample = 0; sample < samples; sample++) delays.push(await realDelays(name, sample, RETRIES));
  return delays;
}

/** Real and virtual milliseconds: timers round. */
const rounded = (delays: readonly number[]): readonly number[] => delays.map(Math.floor);

const squallSeries = (policy: BackoffPolicy): readonly number[] =>
  rounded(squallDelays(policy, 1, RETRIES, UPTIME_MS).map(([delay]) => delay!));

test('every library is run, or it says why not', () => {
  expect([...names, ...Object.keys(NOT_RUN)].toSorted()).toEqual(Object.keys(LIBRARIES).toSorted());
});

describe('delays without jitter', () => {
  test.each(exact)('%s waits as squall does, to the millisecond', async (name) => {
    for (const delays of await delaysOf(name, 3)) {
      expect(rounded(delays)).toEqual(squallSeries(LIBRARIES[name]!.policy));
    }
    rows.push(
      `${name.padEnd(28)}${rounded((await delaysOf(name, 3))[0]!)
        .map(cell)
        .join('')}`,
    );
  });
});

describe('delays with jitter', () => {
  test.each(random)('%s draws from the distributions of squall', async (name) => {
    const found = distances(await delaysOf(name, SAMPLES), LIBRARIES[name]!.policy);
    rows.push(`${name.padEnd(28)}${found.map((d) => cell(`D ${d.toFixed(3)}`)).join('')}`);
    for (const [retry, d] of found.entries()) expect(d, `retry ${retry}`).toBeLessThan(CRITICAL);
  });
});

/** A growth whose base delay is 5 % too long. */
function tooLong(growth: Growth): Growth {
  switch (growth.kind) {
    case 'fixed':
      return { ...growth, delayMs: growth.delayMs * 1.05 };
    case 'table':
      return { ...growth, delaysMs: growth.delaysMs.map((ms) => ms * 1.05) };
    default:
      return { ...growth, baseMs: growth.baseMs * 1.05 };
  }
}

describe('a base delay that is 5 % too long', () => {
  // Linear growth from 0 has no base.
  test.each(exact.filter((name) => name !== 'home-assistant'))('is found in %s', async (name) => {
    const { policy } = LIBRARIES[name]!;
    const wrong = squallSeries({ ...policy, growth: tooLong(policy.growth) });
    expect(rounded((await delaysOf(name, 3))[0]!)).not.toEqual(wrong);
  });

  // A jitter of half the delay hides it at 200 samples.
  test.each(['actioncable', 'graphql-ws', 'nats-core'])('is found in %s by its distributions', async (name) => {
    const { policy } = LIBRARIES[name]!;
    const found = distances(await delaysOf(name, SAMPLES), { ...policy, growth: tooLong(policy.growth) });
    expect(Math.max(...found)).toBeGreaterThan(CRITICAL);
  });
});

afterAll(() => {
  const head = `${'delays by retry'.padEnd(28)}${Array.from({ length: RETRIES }, (_, retry) => cell(retry)).join('')}`;
  const legend = `D: distance of ${SAMPLES} delays of the library from ${SQUALL_SAMPLES} of squall; critical value ${CRITICAL.toFixed(3)}`;
  process.stdout.write(`${[head, ...rows, legend].join('\n')}\n`);
});
