import { describe, expect, it } from 'vitest';
import { HOSTILE, scriptedSummary } from '../../testing/scripted-summary.ts';
import { checkJunit } from '../../testing/junit-rules.ts';
import { junitReport } from './run.ts';

const { summary } = scriptedSummary();
const passed = { expression: 'storms >= 1', value: 1, ok: true, text: '1', intended: null, open: null };
const failed = { expression: 'duplicated == 0', value: 3, ok: false, text: '3', intended: null, open: null };
const open = { expression: 'p99(command) < 2s', value: null, ok: null, text: 'no data', intended: null, open: null };
const three = { thresholds: [passed, failed, open], reasons: ['duplicated == 0: 3', 'p99(command) < 2s: no data'] };

describe('the JUnit report', () => {
  it('fits all schemas in use', () => {
    expect(checkJunit(junitReport(summary))).toEqual([]);
  });

  it('has a test case for the run and one for each threshold', () => {
    const xml = junitReport({ ...summary, ...three, verdict: 'fail' });
    expect(xml).toContain('tests="4" failures="1" errors="1"');
    expect(xml).toMatch(/<testcase name="the run" [^>]*time="30.000"\/>/);
    expect(xml).toMatch(/<testcase name="storms &gt;= 1" [^>]*\/>/);
    expect(xml).toContain('<failure type="fail" message="duplicated == 0: 3">duplicated == 0: 3</failure>');
    expect(xml).toContain('<error type="no data" message="p99(command) &lt; 2s: no data">');
    expect(checkJunit(xml)).toEqual([]);
  });

  it('makes errors of all that an inconclusive run failed, and says why it proves nothing', () => {
    const saturated = 'the generator was saturated: lateness p99 900 ms';
    const xml = junitReport({ ...summary, ...three, verdict: 'inconclusive', reasons: [saturated, ...three.reasons] });
    expect(xml).toContain('failures="0" errors="3"');
    expect(xml).toContain(`<error type="inconclusive" message="${saturated}">`);
    expect(checkJunit(xml)).toEqual([]);
  });

  it('quotes text of a server without letting it become markup', () => {
    const xml = junitReport({ ...summary, verdict: 'inconclusive', reasons: [HOSTILE] });
    expect(checkJunit(xml)).toEqual([]);
    expect(xml).not.toContain('<script');
    expect(xml).not.toContain('\u001B');
    expect(xml).not.toContain('\uFFFF');
  });
});
