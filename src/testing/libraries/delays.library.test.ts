import { afterAll, describe, expect, test } from 'vitest';
import type { Growth } from '../../core/policy/backoff.ts';
import { LIBRARIES } from '../../core/policy/libraries/index.ts';
import {
  CRITICAL,
  delaysOf,
  distances,
  exact,
  names,
  random,
  RETRIES,
  rounded,
  SAMPLES,
  squallSeries,
  SQUALL_SAMPLES,
} from './comparison.ts';

/** Libraries that are not run here, and why. Their delays are read from their code. */
const NOT_RUN: Readonly<Record<string, string>> = {
  discordjs: 'needs the REST interface of Discord before each attempt',
  grpc: 'a written specification',
  rfc6455: 'a written specification',
  slack: 'opens its sockets by undici',
};

const rows: string[] = [];
const cell = (value: string | number): string => String(value).padStart(9);

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
