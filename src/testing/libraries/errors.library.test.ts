import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { criticalDistance, distance } from './kolmogorov-smirnov.ts';
import { LIBRARIES } from '../../core/policy/libraries/index.ts';
import { withPart } from '../capabilities/table.ts';
import { CHECKOUT } from '../checkout.ts';
import { names } from './comparison.ts';
import { agrees } from './controlled-draws.ts';
import { UPTIME_MS } from './driver.ts';
import { DRIVERS } from './drivers.ts';
import { type ErrorKind, ERRORS, withError } from './errors.ts';
import { realDelays } from './real-clients.ts';
import { squallDelays } from './squall-clients.ts';
import { seeded } from './world.ts';

/** Sizes of errors, as shares. The last one is found in each part of each preset. */
const SHARES = [0.0001, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05] as const;
const LARGEST = SHARES.at(-1)!;

const PAGE = join(CHECKOUT, 'docs/libraries.md');

/** A first delay that comes from the instant of the loss is held by its distribution, in larger samples. */
const FIRST_SAMPLES = 2000;
const SQUALL_FIRST_SAMPLES = 50_000;

const known = new Map<string, Promise<string>>();

/** The least error that is found, such as `0.1 %`; empty: the preset has no such part. Looked for once. */
function leastFound(name: string, kind: ErrorKind): Promise<string> {
  const key = `${name} ${kind}`;
  const least = known.get(key) ?? find(name, kind);
  known.set(key, least);
  return least;
}

async function find(name: string, kind: ErrorKind): Promise<string> {
  // By its distribution, below.
  if (kind === 'first' && DRIVERS[name]!.firstByInstant === true) return percent(LARGEST);
  for (const share of SHARES) {
    const policy = withError(LIBRARIES[name]!.policy, kind, share);
    if (policy === null) return '';
    if (!(await agrees(name, policy))) return percent(share);
  }
  return `not at ${percent(LARGEST)}`;
}

const percent = (share: number): string => `${+(share * 100).toFixed(2)} %`;

describe('where both draw the same', () => {
  test.each(names)('%s waits as squall does, to the millisecond', async (name) => {
    expect(await agrees(name)).toBe(true);
  });
});

describe.each(names)('an error in the preset %s', (name) => {
  const { policy } = LIBRARIES[name]!;
  const kinds = ERRORS.filter((kind) => withError(policy, kind, LARGEST) !== null);

  test.each(kinds)('of 5 %% in its %s is found', async (kind) => {
    expect(await leastFound(name, kind)).toMatch(/^[\d.]+ %$/);
  });
});

describe('a first delay that comes from the instant of the loss', () => {
  const emergent = names.filter((name) => DRIVERS[name]!.firstByInstant === true);

  test.each(emergent)('has the distribution of squall in %s, and an error of 5 %% is found', async (name) => {
    const { policy } = LIBRARIES[name]!;
    const real: number[] = [];
    for (let sample = 0; sample < FIRST_SAMPLES; sample++) real.push((await realDelays(name, seeded(sample), 1))[0]!);
    const apart = (own: typeof policy): number =>
      distance(real, squallDelays(own, SQUALL_FIRST_SAMPLES, 1, UPTIME_MS)[0]!);
    const critical = criticalDistance(0.001, FIRST_SAMPLES, SQUALL_FIRST_SAMPLES);
    expect(apart(policy)).toBeLessThan(critical);
    expect(apart(withError(policy, 'first', LARGEST)!)).toBeGreaterThan(critical);
  });
});

test('docs/libraries.md has the least error that is found in each part; WRITE=1 writes it', async () => {
  const rows: string[] = [];
  for (const name of names) {
    const least: string[] = [];
    for (const kind of ERRORS) least.push(await leastFound(name, kind));
    rows.push(line([name, ...least]));
  }
  const head = ['least error found', 'base', 'growth', 'jitter', 'cap', 'first delay', 'stages, rounds'];
  const table = [line(head), line(head.map(() => '---')), ...rows].join('\n');
  process.stdout.write(`${table}\n`);
  const right = withPart(readFileSync(PAGE, 'utf8'), 'errors', table);
  if (process.env['WRITE'] === '1') writeFileSync(PAGE, right);
  expect(cellsOf(readFileSync(PAGE, 'utf8'))).toBe(cellsOf(right));
});

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** A text without the padding of table cells, which the formatter adds. */
function cellsOf(text: string): string {
  return text.replaceAll(/ *\| */g, '|').replaceAll(/-+/g, '-');
}
