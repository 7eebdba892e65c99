import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseComparison } from '../compare/comparison.ts';
import { parseTuning } from '../compare/tuning.ts';
import { annotations } from '../report/annotations.ts';
import { seedsAnnotations, tuningAnnotations } from '../report/annotations-of-many.ts';
import type { ReportFormat, Reports } from '../report/formats.ts';
import { COMPARISON } from '../report/of-comparison.ts';
import { RUN } from '../report/of-run.ts';
import { SEEDS } from '../report/of-seeds.ts';
import { TUNING } from '../report/of-tuning.ts';
import { parseSeedsSummary, summariseSeeds } from '../results/seeds-summary.ts';
import { parseSummary } from '../results/summary.ts';
import { parseTimelineLine } from '../results/timeline.ts';
import { againstFirst, BETTER, comparisonOf, settingOf } from '../testing/compared.ts';
import { simulatedFolder } from '../testing/simulated-folder.ts';
import { TUNED } from '../testing/tuned.ts';
import { sanitized } from './terminal/output.ts';
import { readAny } from './runs/read-any.ts';

/** A hostile name or reason, aimed at a terminal, a CI server, a page and a spreadsheet. */
const HOSTILE =
  '=PWN\u001B[31m\u009B2J\u202E\u2066\u200F\u061C\u2028::error::PWN\n::set-output name=x::PWN\r##[error]PWN' +
  '<script>alert(1)</script>|`@PWN [PWN](http://PWN) ![PWN](x)';

const SCENARIO = `name: storm
description: a small one
duration: 20s
target: { embedded: { capacity: { handshakes: 40/s, queue: 20 } } }
tokens: { lifetime: 8s }
clients: { count: 60, arrive: { over: 2s }, commands: { rate: 1/s } }
faults:
  - { at: 6s, drop: { code: 1012, reason: bye } }
  - { at: 8s, for: 2s, refresh: { status: 503 } }
thresholds: [peak(attempts) < 1/s, p99(handshake) < 1h]
expect: { verdict: fail, because: [peak(attempts) < 1/s] }
`;

/** The data with the hostile text for each string and each key of a table, as far as `parse` accepts it. */
function poisoned(data: unknown, parse: (text: string) => unknown): string {
  const root = { data: structuredClone(data) };
  const accepted = (): boolean => parse(JSON.stringify(root.data)) !== null;
  const visit = (parent: Record<string, unknown>): void => {
    for (const key of Object.keys(parent)) {
      const value = parent[key];
      if (typeof value === 'string') {
        parent[key] = HOSTILE;
        if (!accepted()) parent[key] = value;
      } else if (Array.isArray(value) && value.length === 0) {
        parent[key] = [HOSTILE];
        if (!accepted()) parent[key] = value;
      } else if (typeof value === 'object' && value !== null) visit(value as Record<string, unknown>);
      else if (typeof value === 'number') {
        const { [key]: _, ...others } = parent;
        const before = { ...parent };
        delete parent[key];
        parent[`${HOSTILE}${Object.keys(others).length}`] = value;
        if (accepted()) continue;
        for (const each of Object.keys(parent)) delete parent[each];
        Object.assign(parent, before);
      }
    }
  };
  visit(root);
  const text = JSON.stringify(root.data);
  expect(text.split('PWN').length, 'places that take a text').toBeGreaterThan(3);
  return text;
}

/** Patterns that no report may contain. */
const FORBIDDEN: readonly (readonly [string, RegExp])[] = [
  ['a control character', /[^\P{Cc}\n\t]/u],
  ['a mark or override of the reading order', /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/],
  ['a separator of lines', /[\u2028\u2029]/],
];
/** Further patterns that reports of one format may not contain. */
const FORBIDDEN_IN: Readonly<Partial<Record<ReportFormat | 'annotation', RegExp>>> = {
  html: /<script>alert/,
  junit: /<script>alert/,
  csv: /(?:^|[,\n])"?=/,
  annotation: /\n|##\[/,
};

/** The flaws of a report, with its format; empty for a harmless one. */
function flawsOf(kind: ReportFormat | 'annotation', text: string): readonly string[] {
  const flaws = FORBIDDEN.filter(([, pattern]) => pattern.test(text)).map(([what]) => what);
  if (FORBIDDEN_IN[kind]?.test(text) === true) flaws.push(`what ${kind} carries out`);
  if (kind === 'markdown' && /PWN|alert/.test(text.replaceAll(/`[^`\n]*`/g, '')))
    flaws.push('text outside a code span');
  const lines = kind === 'annotation' ? [] : sanitized(text, { GITHUB_ACTIONS: 'true' }).split('\n');
  if (lines.some((line) => line.trimStart().startsWith('::') || line.includes('##['))) flaws.push('a workflow command');
  return flaws.map((flaw) => `${kind}: ${flaw}`);
}

function flawsOfAll<Material>({ formats }: Reports<Material>, material: Material): readonly string[] {
  return (Object.keys(formats) as ReportFormat[]).flatMap((kind) =>
    flawsOf(kind, formats[kind]?.(material, false) ?? ''),
  );
}

function annotationFlaws(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => flawsOf('annotation', line));
}

describe('a results folder from a stranger', () => {
  const root = mkdtempSync(join(tmpdir(), 'squall-hostile-'));
  let dir = '';
  const read = (file: string): string => readFileSync(join(dir, file), 'utf8');
  beforeAll(async () => {
    dir = await simulatedFolder(SCENARIO, root);
    const [header = '', ...lines] = read('timeline.ndjson').trimEnd().split('\n');
    const last = poisoned(JSON.parse(lines.at(-1) ?? ''), parseTimelineLine);
    writeFileSync(join(dir, 'timeline.ndjson'), [header, ...lines.slice(0, -1), last, ''].join('\n'));
    const event = JSON.stringify({ atMs: 1, kind: 'warning', message: HOSTILE });
    writeFileSync(join(dir, 'events.ndjson'), `${read('events.ndjson')}${event}\n`);
    const name = JSON.stringify(HOSTILE.replaceAll(/\p{Cc}/gu, ' '));
    const described = read('scenario.yaml').replace(/^description: .*$/m, `description: ${name}`);
    writeFileSync(join(dir, 'scenario.yaml'), described);
    writeFileSync(join(dir, 'summary.json'), poisoned(JSON.parse(read('summary.json')), parseSummary));
  });
  afterAll(() => rmSync(root, { recursive: true }));

  it('is harmless in every kind of report of a run', () => {
    expect(readAny(dir, (reports, material) => flawsOfAll(reports, material))).toEqual([]);
    const summary = parseSummary(read('summary.json'));
    expect(annotationFlaws(summary === null ? [] : annotations(summary))).toEqual([]);
    expect(summary?.reasons.join()).toContain('PWN');
  });

  it('is harmless too where its run was cut off, and the figures are worked out anew', () => {
    rmSync(join(dir, 'summary.json'));
    expect(readAny(dir, (reports, material) => flawsOfAll(reports, material))).toEqual([]);
  });

  it('is harmless in every kind of report of a comparison', () => {
    const made = comparisonOf([
      settingOf('0s', {}, { leftOut: [{ reason: 'x', runs: 1 }], folders: ['x'] }),
      settingOf('5s', {}, { against: againstFirst({ t95RecoveryMs: BETTER }) }),
    ]);
    const comparison = parseComparison(poisoned(made, parseComparison));
    if (comparison === null) throw new Error('no comparison');
    expect(flawsOfAll(COMPARISON, { comparison, dir: null, runs: [] })).toEqual([]);
  });

  it('is harmless in every kind of report of a tuning', () => {
    const tuning = parseTuning(poisoned(TUNED, parseTuning));
    if (tuning === null) throw new Error('no tuning');
    expect(flawsOfAll(TUNING, { tuning, dir: null })).toEqual([]);
    expect(annotationFlaws(tuningAnnotations({ ...tuning, found: null }))).toEqual([]);
  });

  it('is harmless in every kind of report of many seeds', () => {
    const plan = {
      format: 1,
      squall: '0',
      scenario: 'x',
      scenarioDescription: 'x',
      seeds: { first: 1, planned: 2 },
      settings: [{ varied: [{ path: 'a', value: 'b' }], thresholds: ['x'] }],
    } as const;
    const made = summariseSeeds({ plan: structuredClone(plan) as never, done: [], early: 'cut-off' });
    const summary = parseSeedsSummary(poisoned(made, parseSeedsSummary));
    if (summary === null) throw new Error('no seeds');
    expect(flawsOfAll(SEEDS, { summary, dir })).toEqual([]);
    expect(annotationFlaws(seedsAnnotations(summary))).toEqual([]);
  });

  it('has the same reports as RUN, so that no kind was left out', () => {
    expect(Object.keys(RUN.formats).toSorted()).toEqual(['csv', 'html', 'json', 'junit', 'markdown', 'text']);
  });
});
