import { describe, expect, it } from 'vitest';
import { parseScenario } from '../threshold/load-scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { RunVerdict } from '../threshold/run-verdict.ts';
import type * as seedsRoom from './seeds.ts';

/** The module in `dist`, where the worker is a file. */
const compiled = new URL('../../dist/sim/seeds.js', import.meta.url).href;
const { simulateSeeds, workersFor } = (await import(compiled)) as typeof seedsRoom;

const text = `
seed: 11
duration: 20s
tokens: { lifetime: 12s, refresh: { lead: 3s, jitter: { uniform: 2s } } }
clients: { count: 60, arrive: { over: 2s }, clockSkew: { normal: 1s }, commands: { rate: 1/s } }
faults: [{ at: 8s, share: 70%, drop: { code: 1012 } }]
thresholds: [p99(handshake) < 1s]
`;
const scenario = parseScenario(text, 'seeds.yaml');
const fewer = parseScenario(text, 'seeds.yaml', { sets: ['clients.count=30'] });

/** A finished seed with the index of its scenario. */
interface Done {
  readonly index: number;
  readonly result: RunVerdict;
}

interface Asked {
  readonly workers: number;
  readonly scenarios?: readonly Scenario[];
  readonly seeds?: number;
  readonly signal?: AbortSignal;
  readonly onDone?: () => void;
}

async function done({ workers, scenarios = [scenario], seeds = 6, signal, onDone }: Asked): Promise<readonly Done[]> {
  const all: Done[] = [];
  await simulateSeeds(scenarios, {
    seeds,
    workers,
    signal: signal ?? new AbortController().signal,
    onDone: (result, index) => {
      all.push({ index, result });
      onDone?.();
    },
  });
  return all.toSorted((a, b) => a.index - b.index || a.result.seed - b.result.seed);
}

describe('many seeds', () => {
  it('give the same results with any number of workers', async () => {
    const alone = await done({ workers: 1 });
    expect(alone.map(({ result }) => result.seed)).toEqual([11, 12, 13, 14, 15, 16]);
    expect(await done({ workers: 3 })).toEqual(alone);
  });

  it('differ from one another, and each has a verdict', async () => {
    const all = await done({ workers: 2 });
    expect(new Set(all.map(({ result }) => JSON.stringify(result.figures))).size).toBe(6);
    expect(all.map(({ result }) => [result.verdict, result.thresholds.length])).toEqual(all.map(() => ['pass', 1]));
  });

  it('of many scenarios give the results of each scenario alone', async () => {
    const [many, few] = [await done({ workers: 1 }), await done({ workers: 1, scenarios: [fewer] })];
    const both = await done({ workers: 3, scenarios: [scenario, fewer] });
    expect(both).toEqual([...many, ...few.map(({ result }) => ({ index: 1, result }))]);
    expect(few[0]?.result.figures).not.toEqual(many[0]?.result.figures);
  });

  it('of many scenarios are simulated seed by seed, so that an early end leaves equally many of each', async () => {
    const abort = new AbortController();
    let count = 0;
    const all = await done({
      workers: 1,
      scenarios: [scenario, fewer],
      signal: abort.signal,
      onDone: () => ++count === 4 && abort.abort(),
    });
    expect(all.map(({ index, result }) => [index, result.seed])).toEqual([
      [0, 11],
      [0, 12],
      [1, 11],
      [1, 12],
    ]);
  });

  it('end when the signal aborts, with the finished ones', async () => {
    const abort = new AbortController();
    const all = await done({ workers: 1, seeds: 10_000, signal: abort.signal, onDone: () => abort.abort() });
    expect(all).toHaveLength(1);
  });

  it('do not begin after the signal has aborted', async () => {
    expect(await done({ workers: 2, signal: AbortSignal.abort() })).toEqual([]);
  });

  it.each([
    ['as many as there are cores', 1000, 8, 1e9, 8],
    ['as many as there is memory for', 1_000_000, 8, 1.6e9, 3],
    ['one at least', 20_000_000, 8, 1e9, 1],
  ])('are simulated %s at a time', (_title, clients, cores, availableBytes, workers) => {
    const many = parseScenario(text, 'many.yaml', { sets: [`clients.count=${clients}`] });
    expect(workersFor([many, parseScenario(text, 'few.yaml')], cores, availableBytes)).toBe(workers);
  });
});
