import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseSummary, type Summary } from '../results/summary.ts';
import { loadScenario } from '../threshold/load-scenario.ts';
import { CHECKOUT } from './checkout.ts';
import { commandLine } from './command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'squall-scenarios-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function summaryOf(
  ...args: readonly string[]
): Promise<{ readonly exit: number | null; readonly summary: Summary }> {
  const { code, stdout, stderr } = await commandLine([...args, '--json', '--results', folder]);
  const summary = parseSummary(stdout);
  if (summary === null) throw new Error(`no summary on stdout; stderr: ${stderr}`);
  return { exit: code, summary };
}

const file = (name: string): string => join(CHECKOUT, 'scenarios', `${name}.yaml`);
const peakOf = ({ thresholds }: Summary): number => thresholds[0]?.value ?? Number.NaN;

describe('the scenarios that squall ships', () => {
  const names = readdirSync(join(CHECKOUT, 'scenarios'))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.replace(/\.yaml$/, ''));

  it.each(names)('%s ends as expected in virtual time', async (name) => {
    const { summary } = await summaryOf('simulate', file(name));
    const failed = summary.thresholds.filter(({ ok }) => ok !== true).map(({ expression }) => expression);
    expect([summary.verdict, failed]).toEqual([summary.expectation?.verdict, summary.expectation?.because]);
    expect(summary.expectation?.met).toBe(true);
  });

  it('stand in their index, each with its expected verdict', () => {
    const index = readFileSync(join(CHECKOUT, 'scenarios', 'README.md'), 'utf8');
    const rows = [...index.matchAll(/^\| \[([\w-]+)\]\(\1\.yaml\) .*\| \**(\w+)\** *\|$/gm)];
    const listed = new Map(rows.map(([, name, verdict]) => [name, verdict]));
    const expected = new Map(names.map((name) => [name, loadScenario(file(name)).expect?.verdict]));
    expect(listed).toEqual(expected);
  });
});

describe('on real sockets', () => {
  /** A small cliff: all clients renew at 6 s or, with jitter, at any time in the 5 s before. */
  const small = [
    'duration=9s',
    'clients.count=100',
    'clients.arrive.over=900ms',
    'tokens.lifetime=8s',
    'tokens.refresh.lead=2s',
    'thresholds=[peak(reconnects) < 1000/s]',
  ].flatMap((set) => ['--set', set]);

  it('the peak of the cliff is its population, and jitter flattens it', async () => {
    const cliff = await summaryOf('run', file('expiry-cliff'), ...small);
    const jitter = ['--set', 'tokens.refresh.jitter.uniform=5s'];
    const jittered = await summaryOf('run', file('expiry-cliff'), ...small, ...jitter);
    expect(peakOf(cliff.summary)).toBeGreaterThan(0.9 * 100);
    // The average is 20/s. If a busy machine stands still for a second, the next second has the attempts of both.
    expect(peakOf(jittered.summary)).toBeLessThan(peakOf(cliff.summary) / 2);
  });

  it('resent commands have duplicated effects without idempotency, as many as the gateway recorded, and none with it', async () => {
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

  it.each([
    ['token-in-access-log', 0],
    ['token-in-access-log-raw', 1],
  ])('%s passes, and `squall leaks` on its access log exits with %i', async (name, code) => {
    const brief = ['duration=4s', 'clients.count=20', 'clients.arrive.over=500ms', 'generator.maxLateness=5s'].flatMap(
      (set) => ['--set', set],
    );
    const { summary } = await summaryOf('run', file(name), ...brief);
    expect(summary.expectation?.met).toBe(true);
    const run = latestFolder();
    expect(await commandLine(['leaks', join(run, 'gateway.log'), '--run', run])).toMatchObject({ code, stderr: '' });
  });
});

function latestFolder(): string {
  return join(folder, readdirSync(folder).toSorted().at(-1) ?? '');
}

/** Number of effects beyond the first of each command, counted in the bytes of the gateway's journal. */
function extraEffects(run: string): number {
  const records = readFileSync(join(run, 'effects.bin'));
  const ids = new Set<string>();
  for (let at = 0; at < records.length; at += 8) ids.add(records.toString('hex', at, at + 8));
  return records.length / 8 - ids.size;
}
