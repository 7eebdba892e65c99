import { expect, it } from 'vitest';
import { findingOf, type RampEnd, type Response } from './ramp.ts';
import type { Step } from './step.ts';
import { findingText, stepText } from './words.ts';

const STEP: Step = {
  perSecond: 67.5,
  startedPerSecond: 67.4,
  achievedPerSecond: 67.48,
  tries: 135,
  succeeded: 135,
  failures: {},
  notBegun: 0,
  p50Ms: 9.614,
  p99Ms: 1060.2,
  latenessP99Ms: 1,
};

it.each<[Partial<Step>, Response, string]>([
  [{}, 'slow', 'handshakes 67.5/s: did 67.5/s, p50 9.61ms, p99 1060ms: more than 1 s slower than unloaded'],
  [
    { failures: { 'http-503': 30, timeout: 2 } },
    'failing',
    'handshakes 67.5/s: did 67.5/s, p50 9.61ms, p99 1060ms, http-503 30, timeout 2: failing more than 1 %',
  ],
  [
    { achievedPerSecond: null, p50Ms: null, p99Ms: null, notBegun: 135 },
    'generator',
    'handshakes 67.5/s: did none, p50 none, p99 none, 135 not begun: no measure: squall itself fell behind',
  ],
])('a step (%j) that was %s is one line of text', (changes, response, line) => {
  expect(stepText('handshakes', { ...STEP, ...changes }, response)).toBe(line);
});

it.each<[RampEnd, string]>([
  ['generator', 'squall itself fell behind'],
  ['max-rate', 'stopped at 70/s, the limit of --max-rate'],
  ['max-steps', 'stopped after as many steps as a ramp may have'],
  ['max-time', 'stopped after 3 minutes'],
  ['interrupted', 'interrupted'],
])('a ramp that ended by %s says `at least`, and why', (end, why) => {
  const limits = { maxPerSecond: 70, maxBy: '--max-rate', maxLatenessP99Ms: 50 };
  const finding = findingOf([{ ...STEP, p99Ms: 20 }], limits, end);
  expect(findingText(finding)).toBe(`at least 67.5/s: 1 step from 67.5/s; kept up with 67.5/s; ${why}`);
});
