import { describe, expect, test } from 'vitest';
import { HOSTILE, scriptedSummary } from '../testing/scripted-summary.ts';
import { checkJunit } from '../testing/junit-rules.ts';
import { annotations } from './annotations.ts';
import { verdictSection } from './html/verdict.ts';
import { junitReport } from './junit/run.ts';
import { markdownReport } from './markdown/run.ts';
import { textReport } from './text/run.ts';
import { batchReport } from './text/batch.ts';

const NOTE = 'ready means: an open socket';
const { summary, measurements } = scriptedSummary({ notes: [NOTE], verdict: 'pass', reasons: [], warnings: [] });
const hostile = { ...summary, notes: [HOSTILE] };
const text = (of: typeof summary): string => textReport({ summary: of, measurements, dir: null, colour: false });
const row = { file: 'a.yaml', scenario: 'a', outcome: 'ran', met: true, reason: null, results: null } as const;

describe('a note beside the verdict', () => {
  test('stands on the line below the verdict in the text', () => {
    expect(text(summary).split('\n').slice(0, 2)).toEqual(['PASS  deploy-then-outage', `note: ${NOTE}`]);
  });

  test('stands right under the verdict in Markdown and HTML, and in JUnit, annotations and the table of --all', () => {
    expect(markdownReport(summary).split('\n')[2]).toBe(`- note: \`${NOTE}\``);
    expect(verdictSection(summary).text).toMatch(/<h1>[^<]*<\/h1>\s*<\/div>\s*<p class="doubt">note: ready means/);
    expect(junitReport(summary)).toContain(`<system-out>note: ${NOTE}</system-out>`);
    expect(annotations(summary)).toEqual([`::notice title=squall%3A deploy-then-outage%3A pass::${NOTE}`]);
    expect(batchReport([{ ...row, figures: null, summary }], 1, false)).toContain(`note: ${NOTE}`);
  });

  test('is cleaned in every report, whatever a remote wrote into it', () => {
    const all = [text(hostile), markdownReport(hostile), verdictSection(hostile).text, junitReport(hostile)];
    expect(checkJunit(junitReport(hostile))).toEqual([]);
    for (const report of all) {
      expect(report).not.toContain('\u001B');
      expect(report).not.toMatch(/^::error/m);
    }
    for (const report of [verdictSection(hostile).text, junitReport(hostile)]) expect(report).not.toContain('<script');
  });
});
