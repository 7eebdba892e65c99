import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { summaryOf } from '../results/summarise-run.ts';
import { type FolderContent, readFolder } from '../results/read-folder.ts';
import { kebab } from '../core/kebab.ts';
import { COUNTS, TIMINGS } from '../core/metrics.ts';
import { csvReport } from '../report/csv/curves.ts';
import { withBaseline } from '../results/baseline.ts';
import { loadScenario } from '../threshold/load-scenario.ts';
import { simulatedFolder } from '../testing/simulated-folder.ts';
import { plainAndFreed } from '../testing/written-run.ts';
import { seriesMetrics } from '../threshold/series-metrics.ts';
import { timingMetrics } from '../threshold/timing-metrics.ts';
import { readAny } from './runs/read-any.ts';

const RELEASED = new URL('../../fixtures/results/', import.meta.url).pathname;
const FORMATS = readdirSync(RELEASED).filter((name) => !name.includes('.md'));
const scratch = mkdtempSync(join(tmpdir(), 'squall-released-'));
afterAll(() => rmSync(scratch, { recursive: true }));

describe.each(FORMATS)('results of %s', (format) => {
  const folder = (name: string): string => join(RELEASED, format, name);

  it.each(['simulated', 'live', 'seeds', 'comparison', 'tuning'])('have a %s folder with every report', (name) => {
    const kinds = readAny(folder(name), (reports, material, warnings) => {
      expect(warnings('csv')).toEqual([]);
      return Object.values(reports.formats).map((report) => report(material, false));
    });
    expect(kinds.length).toBeGreaterThan(0);
  });

  it.each(['simulated', 'live'])('have the figures of the %s run, whole or cut off', (name) => {
    const { summary, damage, measurements } = readFolder(folder(name));
    const cut = join(scratch, `${format}-${name}`);
    cpSync(folder(name), cut, { recursive: true });
    rmSync(join(cut, 'summary.json'));
    const anew = summaryOf(readFolder(cut));
    expect(damage).toEqual([]);
    expect(summary).not.toBeNull();
    const { timings, attempts, clients, conditions, losses, thresholds } = anew;
    expect(summary).toMatchObject({ timings, attempts, clients, conditions, losses, thresholds });
    const { exposureMs, silent, loopingReconnect, clientsStarted } = anew.counts;
    const started = format === '0.1.0-format-2' ? null : clientsStarted;
    expect(summary?.counts).toMatchObject({ exposureMs, silent, loopingReconnect, clientsStarted: started });
    expect(summary?.targetReported).toMatchObject({ ...anew.targetReported, wasted: expect.any(Number) as number });
    expect(measurements.counts.clientsStarted).toBe(8);
  });

  it('have a baseline that holds for the scenario that it was made of', () => {
    const scenario = loadScenario(folder('small.yaml'), {
      sets: ['thresholds=[most(logged-out) <= 2x baseline, peak(attempts) <= 1x baseline]'],
    });
    const { thresholds } = withBaseline(scenario, 'sim', folder('baseline.yaml'));
    expect(thresholds.map(({ baseline }) => baseline?.value)).toEqual([0, 12]);
  });
});

/** A copy of a results folder of this version, with its files changed. */
function changed(name: string, change: (text: string, file: string) => string): string {
  const dir = join(scratch, name);
  cpSync(fresh, dir, { recursive: true });
  for (const file of readdirSync(dir).filter((each) => /\.(json|ndjson|hlog)$/.test(each))) {
    writeFileSync(join(dir, file), change(readFileSync(join(dir, file), 'utf8'), file));
  }
  return dir;
}

const fresh = await simulatedFolder(
  'duration: 5s\nclients: { count: 5, arrive: { over: 1s } }\nfaults: [{ at: 2s, drop: reset }]',
  join(scratch, 'fresh'),
);

it('a folder of a newer format is refused, with the version that wrote it', () => {
  const newer = changed('newer', (text) =>
    text.replaceAll(/"format": ?\d+/g, '"format":99').replaceAll(/"version": ?"[^"]*"/g, '"version":"9.8.7"'),
  );
  expect(() => readFolder(newer)).toThrow(
    /timeline\.ndjson was written by squall 9\.8\.7 in results format 99, and squall \S+ reads formats up to \d+: read it with squall 9\.8\.7 or later$/,
  );
});

it('keys, curves and timings that a later version of the same format adds damage nothing', () => {
  const added = changed('added', (text, file) =>
    file === 'histograms.hlog'
      ? text.replace(/Tag=handshake.*/, '$&\nTag=arising,0.000,1.000,1.000,AAAA')
      : text
          .replaceAll(/"counts":\{(?=")/g, '"counts":{"risen":4,')
          .replaceAll(/"changes":\{(?=")/g, '"changes":{"rising":[[0,1]],')
          .replaceAll(/"failures":\{(?=")/g, '"failures":{"arising":{"http-500":1},')
          .replaceAll(/"missed":\{(?=")/g, '"missed":{"asleep":1,')
          .replaceAll('"timings": {', '"timings": { "arising": { "count": 1 },')
          .replaceAll(/^\{/gm, '{"more":{"of":"it"},'),
  );
  const [{ warnings, ...read }, { warnings: _, ...as }] = [readFolder(added), readFolder(fresh)];
  expect(warnings).toEqual([]);
  expect(read.summary).toEqual(as.summary);
  expect(plainAndFreed(read.measurements)).toEqual(plainAndFreed(as.measurements));
});

/** A copy as an older version without one of the metrics would have written it. */
function without(name: string): FolderContent {
  const dir = changed(`without-${name}`, (text, file) => {
    const lines = file === 'summary.json' ? [text] : text.trimEnd().split('\n');
    if (file === 'histograms.hlog') return lines.filter((line) => !line.startsWith(`Tag=${name}`)).join('\n') + '\n';
    return lines.map((line) => `${JSON.stringify(lacking(parsed(line), name))}\n`).join('');
  });
  return readFolder(dir);
}

function parsed(line: string): object {
  const value: unknown = JSON.parse(line);
  return typeof value === 'object' && value !== null ? value : {};
}

function lacking(document: object, name: string): unknown {
  for (const key of ['counts', 'changes', 'failures', 'timings']) {
    const names: unknown = Reflect.get(document, key);
    if (typeof names === 'object' && names !== null) Reflect.deleteProperty(names, name);
  }
  const recorded: unknown = Reflect.get(document, 'recorded');
  return Array.isArray(recorded) ? { ...document, recorded: recorded.filter((each) => each !== name) } : document;
}

const columnsOf = ({ measurements }: FolderContent): number =>
  csvReport(measurements, { tokens: 'endpoint', ready: 'authenticated' }).split('\n')[0]!.split(',').length;

const evidence = ({ measurements }: FolderContent) => ({ measurements, storms: [] });

it.each(COUNTS.slice(-1))('the count %s is not 0 where it was not recorded', (name) => {
  const content = without(name);
  expect(content.warnings).toEqual([]);
  expect(content.measurements.counts[name]).toBeNaN();
  expect(Object.values(content.measurements.counts).filter(Number.isNaN)).toHaveLength(1);
});

it.each(['conditionLoggedOut', 'duplicated'] as const)('the curve %s is not 0 where it was not recorded', (name) => {
  const content = without(name);
  const metrics = seriesMetrics('total') ?? {};
  expect(content.warnings).toEqual([]);
  expect(metrics[kebab(name)]?.read(evidence(content)) ?? null).toBeNull();
  expect(columnsOf(content)).toBe(columnsOf(readFolder(fresh)) - 1);
});

it.each(TIMINGS.slice(-1))('the timing %s is not 0 where it was not recorded', (name) => {
  const content = without(name);
  expect(content.warnings).toEqual([]);
  expect(content.summary?.timings[name]).toBeNull();
  expect(timingMetrics('count')?.[kebab(name)]?.read(evidence(content))).toBeNull();
});
