import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SERIES } from '../../core/metrics.ts';
import type { Measurements } from '../../metrics/measurements.ts';
import { summariseRun, summaryOf as summaryFrom } from '../../results/summarise-run.ts';
import { FILES } from '../../results/files.ts';
import { readFolder } from '../../results/read-folder.ts';
import type { Summary } from '../../results/summary.ts';
import { parseScenario } from '../../threshold/load-scenario.ts';
import { measured } from '../../testing/measured.ts';
import { scriptedRun } from '../../testing/scripted-run.ts';
import { simulatedFolder } from '../../testing/simulated-folder.ts';
import { htmlReport } from './page.ts';

const run = scriptedRun(500);
const { progress } = run.advance(run.scenario.durationMs);
const summary = summaryOf(progress.measurements);

/** The longest possible run. */
const HOUR_MS = 3_600_000;
const SIZE_MAX = 500_000;

describe('the page of a run', () => {
  test('each part stands under a heading, the verdict first', () => {
    expect(headings(page())).toEqual([
      'deploy-then-outage',
      'Verdict',
      'The reconnect curve',
      '1 storm',
      'Faults',
      'Clients by state',
      'Refreshes',
      'Latencies',
      'How long they took, and what failed',
      'The ledger',
      'Totals',
      'The load generator',
      'To repeat it',
    ]);
  });

  test('every picture has a title and a description of its own', () => {
    const text = page();
    const labels = [...text.matchAll(/role="img"\s+aria-labelledby="(\S+) (\S+)"/g)];
    expect(labels.length).toBeGreaterThan(10);
    for (const [, title = '', description = ''] of labels) {
      expect(text).toMatch(new RegExp(`<title id="${title}">[^<]+</title>`));
      expect(text).toMatch(new RegExp(`<desc id="${description}">[^<]+</desc>`));
    }
    const ids = [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('it is well-formed', () => {
    expect(unclosed(page())).toEqual([]);
  });

  test('it stands alone: no scripts, nothing to load', () => {
    expect(page()).not.toMatch(/<script|<link|<img|@import|url\(|\bsrc=|href="(?!#)/);
    expect(page()).toContain('content="default-src &apos;none&apos;; style-src');
  });

  test.each([
    ['the verdict in words', /✗ FAIL</],
    ['thresholds that failed and passed, in words', /✗ FAILED[^]*✓ passed/],
    ['the numbers of faults above the curve', /class="mark"[^>]*>1<[^]*class="mark"[^>]*>2</],
    ['whom a fault hit, by its number', /<th scope="row">1<\/th>\s*<td[^>]*>drop 1012<[^]*497 of 500/],
    ['failures beside their histogram', /histogram-handshake[^]*http-503/],
    ['duplicates by their cause', /by resending/],
    ['the command that repeats it', /<pre>squall run scenario\.yaml<\/pre>/],
    ['the scenario with its seed', /<pre>[^<]*\nseed: 42\n/],
  ])('it tells %s', (_what, expected) => {
    expect(page()).toMatch(expected);
  });

  test('a prediction is drawn behind the measured curve, with its figures and the command that repeats it', () => {
    const figure = { name: 'peakAttemptsPerSecond', unit: 'per-second', predicted: 550, measured: 500 } as const;
    const prediction = { figures: [{ ...figure, errorPercent: 10 }] };
    const text = page({ summary: { ...summary, prediction }, predicted: progress.measurements.curves });
    expect(text.match(/<path\s+class="predicted"\s+d="M0,[\d.]+L/g)).toHaveLength(2);
    expect(text).toContain('>550/s<');
    expect(text).toContain('squall run scenario.yaml --predict');
    expect(page()).not.toContain('class="predicted"');
  });

  test('text of a remote or a file stays text', () => {
    const evil = '</p><script>alert(1)</script>\u001B[31mred\u202E"onload=x';
    const timings = { ...summary.timings, handshake: { ...summary.timings.handshake!, failures: { [evil]: 3 } } };
    const faults = summary.faults.map((fault) => ({ ...fault, label: evil }));
    const losses = { [evil]: 1 };
    const said = { scenario: evil, scenarioDescription: evil, reasons: [evil], warnings: [evil] };
    const scenario = parseScenario('description: </p><script>\nduration: 30s\nclients: { count: 1 }', 'evil.yaml');
    const text = page({ summary: { ...summary, ...said, timings, faults, losses }, scenario });
    expect(text).not.toMatch(/<script/);
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Cf}/u);
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;[31mred');
    expect(unclosed(text)).toEqual([]);
  });

  test('a folder that is read back gives the same page again, byte for byte', async () => {
    const results = mkdtempSync(join(tmpdir(), 'squall-page-'));
    try {
      const yaml = 'duration: 20s\nclients: { count: 50 }\nfaults: [{ at: 15s, drop: reset }]';
      const content = readFolder(await simulatedFolder(yaml, results));
      const { dir, measurements, scenario } = content;
      const again = htmlReport({ summary: summaryFrom(content), measurements, scenario, predicted: null });
      expect(again).toBe(readFileSync(join(dir, FILES.page), 'utf8'));
      expect(again).toContain('squall simulate scenario.yaml');
    } finally {
      rmSync(results, { recursive: true });
    }
  });

  test('a run that was cut off before its first second has a page', () => {
    const text = page({ summary: { ...summary, durationMs: 0, faults: [] }, measurements: nothing() });
    expect(unclosed(text)).toEqual([]);
    expect(text).not.toMatch(/NaN|Infinity|undefined/);
  });

  test('no number on it is none', () => {
    expect(page()).not.toMatch(/NaN|Infinity|undefined/);
  });

  test('an hour that is busy in every bin, with a hundred faults, stays small', () => {
    const text = page({ ...hour(), summary: { ...summaryOf(hour().measurements), faults: manyFaults() } });
    expect(text.length).toBeLessThan(SIZE_MAX);
    // Every shade is drawn: 100 faults that repeat until the end of the run.
    expect(text).not.toMatch(/ d="[^"]*…/);
    expect(unclosed(text)).toEqual([]);
  });

  test('an hour takes little longer than a run of the length that its plots are wide', () => {
    const long = hour();
    const short = busy(80_000);
    const [longMs, shortMs] = [long, short].map((each) => {
      const summarised = { ...each, summary: summaryOf(each.measurements) };
      for (let i = 0; i < 5; i++) page(summarised);
      return Math.min(...Array.from({ length: 15 }, () => timed(() => page(summarised))));
    });
    // 45 times the bins.
    expect(longMs! / shortMs!).toBeLessThan(10);
  });
});

interface PageInput {
  readonly summary: Summary;
  readonly measurements: Measurements;
  readonly predicted: Measurements['curves'] | null;
  readonly scenario: typeof run.scenario;
}

function page(changes: Partial<PageInput> = {}): string {
  const { measurements } = progress;
  return htmlReport({ summary, measurements, scenario: run.scenario, predicted: null, ...changes });
}

function summaryOf(measurements: Measurements): Summary {
  return summariseRun({
    scenario: run.scenario,
    world: 'live',
    startedAt: new Date('2026-11-23T18:04:05Z'),
    outcome: { ...progress, measurements, ended: 'completed', unreachable: false, integrity: [] },
    warnings: [],
  }).summary;
}

function nothing(): Measurements {
  return measured({ elapsedMs: 100 });
}

function hour(): { readonly measurements: Measurements } {
  return busy(HOUR_MS);
}

/** A run whose curves change in every bin. */
function busy(elapsedMs: number): { readonly measurements: Measurements } {
  const bins = Array.from({ length: elapsedMs / 100 }, (_, bin) => [bin * 100, (bin * 7919) % 997] as const);
  const changes = bins.map(([atMs, n], i) => [atMs, i % 2 === 0 ? n : -(bins[i - 1]?.[1] ?? 0)] as const);
  const series = Object.fromEntries(SERIES.map((name) => [name, name.startsWith('state') ? changes : bins]));
  const latenciesMs = Array.from({ length: 3000 }, (_, i) => 1.01 ** (i % 1000));
  const all = { handshake: latenciesMs, recovery: latenciesMs, refresh: latenciesMs, command: latenciesMs };
  return { measurements: measured({ elapsedMs, series, latenciesMs: all }) };
}

function manyFaults(): Summary['faults'] {
  const [fault] = summary.faults;
  return Array.from({ length: 100 }, (_, i) => ({
    ...fault!,
    atMs: i * 30_000,
    forMs: 1000,
    everyMs: 5000,
    times: 99,
  }));
}

function timed(act: () => void): number {
  const begun = performance.now();
  act();
  return performance.now() - begun;
}

function headings(text: string): readonly string[] {
  return [...text.matchAll(/<h[123]>([^<]*)<\/h[123]>/g)].map(([, title = '']) => title.trim());
}

const TAG = /<(\/?)([!a-z][a-z0-9]*)((?:\s+[\w-]+(?:="[^"<]*")?)*\s*\/?)>/g;
const NEVER_CLOSED = new Set(['!doctype']);

/** Flaws of a page's markup: tags that are not closed or not in order, and brackets outside of tags. */
function unclosed(text: string): readonly string[] {
  const marked = text.replace(/<style>[^<]*<\/style>/, '');
  const open: string[] = [];
  for (const [, slash, name = '', rest = ''] of marked.matchAll(TAG)) {
    if (NEVER_CLOSED.has(name) || rest.endsWith('/')) continue;
    if (slash === '') open.push(name);
    else if (open.pop() !== name) return [...open, `/${name}`];
  }
  return [...open, ...(marked.replaceAll(TAG, '').match(/[<>].{0,20}/g) ?? [])];
}
