import { describe, expect, it } from 'vitest';
import type { GeneratorHealth } from '../metrics/run.ts';
import { meaningOf } from '../results/meaning.ts';
import { summariseRun } from '../results/summarise-run.ts';
import { measured, type Script } from '../testing/measured.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import { csvReport } from './csv/curves.ts';
import { htmlReport } from './html/page.ts';
import { junitReport } from './junit/run.ts';
import { markdownReport } from './markdown/run.ts';
import { textReport } from './text/run.ts';

const LATE: GeneratorHealth = {
  workers: 1,
  latenessP99Ms: 2000,
  loopDelayP99Ms: 20,
  cpuSeconds: 3,
  rssBytes: 1e8,
  droppedStarts: 0,
  saturated: true,
  reasons: ['1 % of its events were more than 2000 ms late'],
  targetStarved: 0,
  unbounded: false,
};
const ON_TIME: GeneratorHealth = { ...LATE, latenessP99Ms: 2, saturated: false, reasons: [] };

const SECONDS = [0, 1, 2, 3] as const;

/** A cliff at 20 s of 4,000 renewals, whose attempts the generator spreads evenly over four seconds. */
const CLIFF: Script = {
  elapsedMs: 40_000,
  planned: 4000,
  series: {
    arrivals: [[1000, 4000]],
    attempts: [[1000, 4000], ...SECONDS.map((s) => [20_050 + s * 1000, 1000] as const)],
    ready: [[1000, 4000], ...SECONDS.map((s) => [20_250 + s * 1000, 1000] as const)],
    lostRenewal: SECONDS.map((s) => [20_050 + s * 1000, 1000] as const),
    recovered: SECONDS.map((s) => [20_250 + s * 1000, 1000] as const),
    refreshes: SECONDS.map((s) => [20_000 + s * 1000, 1000] as const),
  },
  latenciesMs: { handshake: [200, 1200, 2200, 3200] },
};

/** What the generator was late with: each second's events by as many seconds. */
const SHIFTED = SECONDS.flatMap((s) => [
  ['attempts', 20_050 + s * 1000, s * 1000, 1000] as const,
  ['ready', 20_250 + s * 1000, s * 1000, 1000] as const,
  ['lostRenewal', 20_050 + s * 1000, s * 1000, 1000] as const,
  ['recovered', 20_250 + s * 1000, s * 1000, 1000] as const,
  ['refreshes', 20_000 + s * 1000, s * 1000, 1000] as const,
]);

const late = measured({ ...CLIFF, late: SHIFTED, onTimeMs: { handshake: [200, 200, 200, 200] } });
const onTime = measured({ ...CLIFF, late: [], onTimeMs: { handshake: [200, 1200, 2200, 3200] } });

function reportsOf(measurements: typeof late, generator: GeneratorHealth, threshold = 'peak(reconnects) < 75/s') {
  const scenario = parseScenario(
    `{ name: cliff, duration: 40s, clients: { count: 4000 }, thresholds: ['${threshold}'] }`,
    'cliff.yaml',
  );
  const { summary } = summariseRun({
    scenario,
    world: 'live',
    startedAt: new Date('2026-11-23T18:04:05Z'),
    outcome: { measurements, faults: [], generator, ended: 'completed', unreachable: false, integrity: [] },
    warnings: [],
  });
  return {
    summary,
    text: textReport({ summary, measurements, dir: null, colour: false }),
    html: htmlReport({ summary, measurements, scenario, predicted: null }),
    markdown: markdownReport(summary),
    junit: junitReport(summary),
    csv: csvReport({ ...measurements, elapsedMs: summary.durationMs }, meaningOf(scenario, 'live')),
  };
}

const BOTH = /4000\/s\s+intended, 1000\/s\s+offered/;

describe('the reports of a run that squall was late with', () => {
  const reports = reportsOf(late, LATE);

  it('have the same verdict, since the threshold fails with the lateness and without it', () => {
    expect(reports.summary.verdict).toBe('fail');
  });

  it.each(['text', 'html', 'markdown', 'junit'] as const)('%s: give the peak as intended and as offered', (format) => {
    expect(reports[format]).toMatch(BOTH);
  });

  it('describe the storm in both views, and call renewals no losses', () => {
    const [storm] = reports.summary.storms;
    expect(storm).toMatchObject({ peakPerSecond: 1000, intended: { peakPerSecond: 4000, times: { t100Ms: 300 } } });
    expect(reports.text.replaceAll(/\s+/g, ' ')).toContain(
      "4000 clients reconnected with a newer token; reconnects peaked at 4000/s intended, 1000/s offered; all of them were back after 3.3 s (0.3 s without squall's own lateness)",
    );
    expect(reports.html).not.toContain('4000 lost');
  });

  it('draw both curves, each with its legend', () => {
    expect(reports.html.match(/<path class="intended"/g)!.length).toBeGreaterThan(2);
    expect(reports.html).toContain('as intended (without it)');
    expect(reports.text).toContain('attempts a second, as intended\n 4000/s');
    expect(reports.text).toMatch(/attempts a second, as offered[^\n]*\n {0,2}4000\/s/);
  });

  it('give latencies with and without the lateness', () => {
    expect(reports.summary.timings.handshake?.intended?.all.maxMs).toBeCloseTo(200, 0);
    expect(reports.text).toMatch(/^handshake .*3\.2s\n {2}on time .*200ms/m);
    expect(reports.markdown).toContain('– on time');
    expect(reports.html).toContain('– on time');
  });

  it('have a column of the intended events for each curve that differs', () => {
    const [head = ''] = reports.csv.split('\n');
    expect(head).toContain('attempts_intended');
    expect(head).not.toContain('arrivals_intended');
    const column = head.split(',').indexOf('attempts_intended');
    const cells = reports.csv.trimEnd().split('\n').slice(1);
    const at = (ms: number): string | undefined => cells[ms / 100]!.split(',')[column];
    expect([at(20_000), at(21_000), at(22_000)]).toEqual(['4000', '0', '0']);
  });
});

describe('the reports of a threshold that the lateness leaves open', () => {
  const reports = reportsOf(late, LATE, 'peak(reconnects) < 2k/s');

  it('say why, and how many clients this machine could have decided it with', () => {
    expect(reports.summary.verdict).toBe('inconclusive');
    const why =
      /squall(?:'|&#39;|&apos;)s own\s+lateness leaves the\s+outcome open, and this machine would have decided it\s+with about 1333 clients/;
    for (const format of ['text', 'html', 'markdown', 'junit'] as const) {
      expect(reports[format].replaceAll(/\s+/g, ' '), format).toMatch(why);
      expect(reports[format], format).toMatch(BOTH);
      expect(reports[format], format).not.toContain('no data');
    }
  });
});

describe('the reports of a run that was on time', () => {
  const reports = reportsOf(onTime, ON_TIME);
  const unknown = reportsOf(measured(CLIFF), ON_TIME);

  it.each(['text', 'html', 'markdown', 'junit', 'csv'] as const)(
    '%s: are as those of a run whose lateness is not known',
    (format) => {
      expect(reports[format]).toBe(unknown[format]);
      expect(reports[format]).not.toMatch(/intended, |offered|on time/);
    },
  );
});
