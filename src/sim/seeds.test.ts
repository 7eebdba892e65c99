import { describe, expect, it } from 'vitest';
import { parseScenario } from '../scenario/load.ts';
import type { Judged } from '../threshold/judge.ts';
import type * as seedsRoom from './seeds.ts';

/** From `dist`, where the worker is a real file. */
const compiled = new URL('../../dist/sim/seeds.js', import.meta.url).href;
const { simulateSeeds, workersFor } = (await import(compiled)) as typeof seedsRoom;

const scenario = parseScenario(
  `
seed: 11
duration: 20s
tokens: { lifetime: 12s, refresh: { lead: 3s, jitter: { uniform: 2s } } }
clients: { count: 60, arrive: { over: 2s }, clockSkew: { normal: 1s }, commands: { rate: 1/s } }
faults: [{ at: 8s, share: 70%, drop: { code: 1012 } }]
thresholds: [p99(handshake) < 1s]
`,
  'seeds.yaml',
);

interface Asked {
  readonly workers: number;
  readonly seeds?: number;
  readonly signal?: AbortSignal;
  readonly onDone?: (judged: Judged) => void;
}

async function done({ workers, seeds = 6, signal, onDone }: Asked): Promise<readonly Judged[]> {
  const all: Judged[] = [];
  await simulateSeeds(scenario, {
    seeds,
    workers,
    signal: signal ?? new AbortController().signal,
    onDone: (judged) => {
      all.push(judged);
      onDone?.(judged);
    },
  });
  return all.toSorted((a, b) => a.seed - b.seed);
}

describe('many seeds', () => {
  it('come out the same, however many workers they are spread over', async () => {
    const alone = await done({ workers: 1 });
    expect(alone.map(({ seed }) => seed)).toEqual([11, 12, 13, 14, 15, 16]);
    expect(await done({ workers: 3 })).toEqual(alone);
  });

  it('differ from one another, and each has a verdict', async () => {
    const all = await done({ workers: 2 });
    expect(new Set(all.map(({ figures }) => JSON.stringify(figures))).size).toBe(6);
    expect(all.map(({ verdict, thresholds }) => [verdict, thresholds.length])).toEqual(all.map(() => ['pass', 1]));
  });

  it('end when they are told to, with those that are done', async () => {
    const abort = new AbortController();
    const all = await done({ workers: 1, seeds: 10_000, signal: abort.signal, onDone: () => abort.abort() });
    expect(all).toHaveLength(1);
  });

  it('do not even begin once they are told to end', async () => {
    expect(await done({ workers: 2, signal: AbortSignal.abort() })).toEqual([]);
  });

  it.each([
    ['as many as there are cores', 1000, 8, 1e9, 8],
    ['as many as there is memory for', 1_000_000, 8, 1.6e9, 3],
    ['one at least', 20_000_000, 8, 1e9, 1],
  ])('are simulated %s at a time', (_title, clients, cores, availableBytes, workers) => {
    expect(workersFor(clients, cores, availableBytes)).toBe(workers);
  });
});
