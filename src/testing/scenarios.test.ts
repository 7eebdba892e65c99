import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseSummary, type Summary } from '../results/summary.ts';
import { CHECKOUT } from './checkout.ts';
import { squall } from './squall.ts';

/** What each scenario promises in its comment, and why. */
const PROMISES: Readonly<Record<string, { readonly exit: number; readonly failing: readonly string[] }>> = {
  'clock-skew': { exit: 0, failing: [] },
  'deploy-drop': { exit: 0, failing: [] },
  'duplicate-commands': { exit: 1, failing: ['duplicated == 0'] },
  'expiry-cliff': { exit: 1, failing: ['peak(reconnects) < 75/s', 'p99(recovery) < 1s'] },
  'expiry-cliff-jittered': { exit: 0, failing: [] },
  'refresh-outage': { exit: 0, failing: [] },
  'self-sustaining': { exit: 1, failing: ['t95(recovery) < 2m', 'ready >= 99%'] },
  'self-sustaining-cured': { exit: 0, failing: [] },
};

const folder = mkdtempSync(join(tmpdir(), 'squall-scenarios-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function summaryOf(
  ...args: readonly string[]
): Promise<{ readonly exit: number | null; readonly summary: Summary }> {
  const { code, stdout, stderr } = await squall([...args, '--json', '--results', folder]);
  const summary = parseSummary(stdout);
  if (summary === null) throw new Error(`no summary on stdout; stderr: ${stderr}`);
  return { exit: code, summary };
}

const file = (name: string): string => join(CHECKOUT, 'scenarios', `${name}.yaml`);
const peakOf = ({ thresholds }: Summary): number => thresholds[0]?.value ?? Number.NaN;
const failing = ({ thresholds }: Summary): string[] =>
  thresholds.filter(({ ok }) => ok !== true).map(({ expression }) => expression);

describe('the scenarios that squall ships', () => {
  it('all promise something', () => {
    const names = readdirSync(join(CHECKOUT, 'scenarios')).map((name) => name.replace(/\.yaml$/, ''));
    expect(Object.keys(PROMISES).toSorted()).toEqual(names.toSorted());
  });

  it.each(Object.entries(PROMISES))('%s keeps its promise in virtual time', async (name, promise) => {
    const { exit, summary } = await summaryOf('simulate', file(name));
    expect([exit, ...failing(summary)]).toEqual([promise.exit, ...promise.failing]);
  });
});

describe('on real sockets', () => {
  /** A cliff in small: everybody renews at 6 s, or, with jitter, at any time in the 5 s before. */
  const small = [
    'duration=9s',
    'clients.count=100',
    'clients.arrive.over=900ms',
    'tokens.lifetime=8s',
    'tokens.refresh.lead=2s',
    'thresholds=[peak(reconnects) < 1000/s]',
  ].flatMap((set) => ['--set', set]);

  it('the peak of the cliff is its population, and jitter spreads it', async () => {
    const cliff = await summaryOf('run', file('expiry-cliff'), ...small);
    const jitter = ['--set', 'tokens.refresh.jitter.uniform=5s'];
    const jittered = await summaryOf('run', file('expiry-cliff'), ...small, ...jitter);
    expect(peakOf(cliff.summary)).toBeGreaterThan(0.9 * 100);
    // 20 a second on average; the fullest second of a fair draw stays far below twice that.
    expect(peakOf(jittered.summary)).toBeLessThan(40);
  });

  it('effects are duplicated by resending without idempotency, as often as the gateway says, and never with it', async () => {
    const brief = [
      'duration=6s',
      'clients.count=200',
      'clients.arrive.over=1s',
      'faults=[{ at: 3s, drop: reset }]',
    ].flatMap((set) => ['--set', set]);
    const without = await summaryOf('run', file('duplicate-commands'), ...brief);
    expect(without.summary.commands.duplicated).toBeGreaterThan(0);
    expect(without.summary.commands.duplicated).toBe(extraEffects(latestFolder()));
    const idempotent = ['--set', 'target.embedded.idempotent=true'];
    const { summary } = await summaryOf('run', file('duplicate-commands'), ...brief, ...idempotent);
    expect([summary.commands.duplicated, extraEffects(latestFolder())]).toEqual([0, 0]);
  });
});

function latestFolder(): string {
  return join(folder, readdirSync(folder).toSorted().at(-1) ?? '');
}

/** Counted from the bytes of the gateway's journal: records beyond the first of each command. */
function extraEffects(run: string): number {
  const records = readFileSync(join(run, 'effects.bin'));
  const ids = new Set<string>();
  for (let at = 0; at < records.length; at += 8) ids.add(records.toString('hex', at, at + 8));
  return records.length / 8 - ids.size;
}
