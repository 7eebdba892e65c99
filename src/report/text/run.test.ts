import { describe, expect, test } from 'vitest';
import type { Summary } from '../../results/summary.ts';
import { scriptedSummary } from '../../testing/scripted-summary.ts';
import { textReport } from './run.ts';

const DIR = 'results/2026-11-23T18-04-05Z-deploy-then-outage';

const { summary, measurements } = scriptedSummary();

function report(changes: Partial<Summary> = {}, colour = false): string {
  return textReport({ summary: { ...summary, ...changes }, measurements, dir: DIR, colour });
}

describe('the text report', () => {
  test.each([
    ['the verdict and the name come first', /^FAIL {2}deploy-then-outage\n/],
    [
      'it says when, with which seed and how the run ended',
      '2026-11-23T18:04:05.000Z, seed 42; it ran to its end after 30.0s',
    ],
    ['a threshold that failed is named with its value', /FAILED {3}duplicated == 0 +3\n/],
    ['a threshold that passed is named with its value', /passed {3}t95\(recovery\) < 15s +\S+s\n/],
    ['a sentence describes the storm', 'At 12.0 s 500 connections were lost;'],
    ['the curve has a scale', / 500\/s {2,}/],
    ['the windows of faults are marked below the curve', /^ faults +▒ +▒{9,11}$/m],
    ['failures stand beside their timing, by reason', /handshake +1000 +\d+ .*\n +failed: http-503 \d+\n/],
    ['a timing that was never used is left out', /^(?![^]*expiry notice)/],
    ['commands are accounted for', /commands +\d+ sent, \d+ acknowledged, – lost, 3 duplicated/],
    [
      'only conditions that kept clients from their work are shown',
      /\nconditions {2}\d+ at once: refresh failing\nfault/,
    ],
    ['each fault says whom it was planned for and whom it hit', 'fault       drop 1012 at 12.0s: 500 planned, 497 hit'],
    ['the generator’s health is shown', 'generator   2 workers, lateness p99 1.4ms'],
    ['warnings are shown', 'warning: the gateway said'],
    [
      'it ends with where everything lies, and the verdict once more',
      new RegExp(`results {5}${DIR}\nFAIL  deploy-then-outage\n$`),
    ],
  ])('%s', (_title, expected) => {
    expect(report()).toMatch(expected);
  });

  test('it fits in 80 columns', () => {
    const long = 'a reason that goes on and on '.repeat(9);
    const lines = report({ reasons: [long], warnings: [long], scenarioDescription: long }).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('nothing that a remote sent can steer the terminal', () => {
    const evil = '\u001B]0;title\u0007\u202Eevil\u009B2J\nFAKE';
    const timings = { ...summary.timings, refresh: { ...summary.timings.refresh!, failures: { [evil]: 3 } } };
    const text = report({ warnings: [evil], reasons: [evil], scenario: evil, scenarioDescription: evil, timings });
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Cf}/u);
    expect(text).not.toMatch(/^FAKE/m);
  });

  test('colours appear only on request, and change no word', () => {
    const escapes = new RegExp(String.raw`\u001B\[\d+m`, 'g');
    expect(report({}, true)).toMatch(escapes);
    expect(report({}, true).replaceAll(escapes, '')).toBe(report());
  });

  test('a run without a storm says so', () => {
    const nobody = { ...summary.clients, notBack: 0, neverReady: 0 };
    const calm = report({ storms: [], clients: nobody, downtime: { clientSeconds: 0 } });
    expect(calm).toContain('No reconnect storm: attempts never rose');
  });

  test('a run without a storm says how long clients were out all the same', () => {
    const text = report({ storms: [], downtime: { clientSeconds: 12.5 } });
    expect(text).toContain('No storm or outage was found; clients were out for 12.5 s in all.');
  });

  test('connections that went silent are counted, with their time', () => {
    const counts = { ...summary.counts, silent: 2, silenceMs: 1500 };
    expect(report({ counts })).toMatch(/^silent {6}2 silent connections, 1\.5 client-seconds of silence$/m);
  });

  test('a prediction stands beside the measured figure, with its error', () => {
    const figures = [
      {
        name: 'peakAttemptsPerSecond' as const,
        unit: 'per-second',
        predicted: 550,
        measured: 500,
        errorPercent: 10,
      },
      { name: 't95RecoveryMs' as const, unit: 'ms', predicted: 2700, measured: 3000, errorPercent: -10 },
      { name: 'amplification' as const, unit: 'ratio', predicted: 1.4, measured: null, errorPercent: null },
    ];
    const text = report({ prediction: { figures } });
    expect(text).toMatch(/^prediction +predicted +measured +error$/m);
    expect(text).toMatch(/^peak attempts +550\/s +500\/s +\+10\.0%$/m);
    expect(text).toMatch(/^t95 recovery +2\.7s +3\.0s +-10\.0%$/m);
    expect(text).toMatch(/^amplification +1\.4 +– +–$/m);
    expect(report()).not.toContain('predicted');
  });

  test('a reason from no threshold is listed', () => {
    const text = report({ verdict: 'inconclusive', reasons: ['the drop fault at 12 s met nobody'] });
    expect(text).toMatch(/^INCONCLUSIVE/);
    expect(text).toContain('- the drop fault at 12 s met nobody\n');
  });
});
