import { describe, expect, it } from 'vitest';
import { HOSTILE, scriptedSummary } from '../../testing/scripted-summary.ts';
import { markdownReport } from './run.ts';

const { summary } = scriptedSummary();

describe('the Markdown report', () => {
  it('has the verdict first, then every threshold in a table', () => {
    const text = markdownReport(summary);
    expect(text).toMatch(/^### ❌ squall: fail – `deploy-then-outage`\n/);
    expect(text).toContain('| ❌ fails | `duplicated == 0` | `3` |');
    expect(text).toMatch(/\| ✅ holds \| `t95\(recovery\) < 15s` \| `[\d.]+s` \|/);
    expect(text).toContain('- At 12.0 s 500 connections were lost;');
    expect(text).toMatch(/\| handshake \| 1000 \| \d+ \(`http-503` \d+\) \|/);
  });

  it('shows text of a server in a code span: without markup, mention, new line or new cell', () => {
    const text = markdownReport({ ...summary, reasons: [HOSTILE], warnings: [HOSTILE], losses: { [HOSTILE]: 3 } });
    const quoting = text.split('\n').filter((line) => line.includes('script'));
    expect(quoting).toHaveLength(3);
    for (const line of quoting) {
      expect(line.replaceAll(/`[^`]*`/g, '')).not.toMatch(/script|everyone|quotes/);
      expect(line).not.toContain('\u001B');
    }
    expect(text).not.toMatch(/^::/m);
  });

  it('says so when there is nothing to hold', () => {
    expect(markdownReport({ ...summary, thresholds: [], faults: [], verdict: 'pass' })).toContain(
      'No thresholds are set.',
    );
  });
});
