import { afterAll, describe, expect, test } from 'vitest';
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
  grpc: 'a written specification',
  rfc6455: 'a written specification',
};

const rows: string[] = [];
const cell = (value: string | number): string => String(value).padStart(9);

test('every library is run, or it says why not', () => {
  expect([...names, ...Object.keys(NOT_RUN)].toSorted()).toEqual(Object.keys(LIBRARIES).toSorted());
});

describe('delays without jitter', () => {
  test.each(exact)('%s waits as squall does, to the millisecond', async (name) => {
    const samples = await delaysOf(name, 3);
    for (const delays of samples) expect(rounded(delays)).toEqual(squallSeries(LIBRARIES[name]!.policy));
    rows.push(`${name.padEnd(28)}${rounded(samples[0]!).map(cell).join('')}`);
  });
});

describe('delays with jitter', () => {
  test.each(random)('%s draws from the distributions of squall', async (name) => {
    const found = distances(await delaysOf(name, SAMPLES), LIBRARIES[name]!.policy);
    rows.push(`${name.padEnd(28)}${found.map((d) => cell(`D ${d.toFixed(3)}`)).join('')}`);
    for (const [retry, d] of found.entries()) expect(d, `retry ${retry}`).toBeLessThan(CRITICAL);
  });
});

afterAll(() => {
  const head = `${'delays by retry'.padEnd(28)}${Array.from({ length: RETRIES }, (_, retry) => cell(retry)).join('')}`;
  const legend = `D: distance of ${SAMPLES} delays of the library from ${SQUALL_SAMPLES} of squall; critical value ${CRITICAL.toFixed(3)}`;
  process.stdout.write(`${[head, ...rows, legend].join('\n')}\n`);
});
