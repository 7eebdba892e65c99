import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadScenario } from '../../threshold/load-scenario.ts';
import type { Calibration } from './calibrate.ts';
import { modelFile } from './model-file.ts';
import { findingOf, triesAt, type RampEnd } from './ramp.ts';
import type { Step } from './step.ts';

const dir = mkdtempSync(join(tmpdir(), 'squall-model-'));
afterAll(() => rmSync(dir, { recursive: true }));

const FACTS = {
  measuredAt: new Date('2026-11-23T18:04:05Z'),
  squall: '1.2.3',
  target: 'ws://127.0.0.1:8080/rt',
  carrier: { kind: 'header' },
} as const;

function step(perSecond: number, achievedPerSecond = perSecond): Step {
  const tries = triesAt(perSecond);
  const rates = { perSecond, startedPerSecond: perSecond, achievedPerSecond };
  return { ...rates, tries, succeeded: tries, failures: {}, notBegun: 0, p50Ms: 8.5, p99Ms: 20, latenessP99Ms: 1 };
}

const limits = { maxPerSecond: 30, maxBy: 'target.rate', maxLatenessP99Ms: 50 };
const finding = (end: RampEnd, ...steps: Step[]) => findingOf(steps, limits, end);
const reached = finding('knee', step(100), step(225, 149.9), step(225, 150.3));
const notReached = finding('max-rate', step(20), step(30));

/** The model that a scenario has which includes the file, and the file's text without the comments' line breaks. */
function included(calibration: Calibration) {
  const text = modelFile(calibration, FACTS);
  writeFileSync(join(dir, 'model.yaml'), text);
  const file = join(dir, 'scenario.yaml');
  writeFileSync(file, 'duration: 20s\nclients: { count: 5 }\nmodel: model.yaml\n');
  return { text, comments: text.replaceAll(/\n# +/g, ' '), model: loadScenario(file).model };
}

describe('a model file', () => {
  it('gives a scenario the measured capacities and latency', () => {
    const { model } = included({ handshakes: reached, latencyMs: 0.4581, refreshes: notReached });
    expect(model).toMatchObject({
      gateways: 1,
      handshakesPerSecond: 150,
      refreshesPerSecond: 30,
      latency: { kind: 'fixed', ms: 0.458 },
    });
  });

  it('says when and at which target it was measured, in how many steps, and why the ramps ended', () => {
    const { comments } = included({ handshakes: reached, latencyMs: 0.4581, refreshes: notReached });
    expect(comments).toContain('Measured by squall 1.2.3 on 2026-11-23T18:04:05.000Z: ws://127.0.0.1:8080/rt.');
    expect(comments).toContain(
      'handshakes: 150/s: 3 steps from 100/s; kept up with 100/s; offered 225/s twice, it was more than 10 % behind and did 150/s and 150/s',
    );
    expect(comments).toContain(
      'refreshes: at least 30/s: 2 steps from 20/s; kept up with 30/s; stopped at 30/s, the limit of target.rate',
    );
    expect(comments).toContain(
      'latency: 0.458ms one way: the least median handshake of a step, 8.5ms, less 6.66ms of service, in 4 trips',
    );
  });

  it('says `at least` of a capacity that was not reached, and then `at most` of the latency', () => {
    const { text, comments } = included({ handshakes: notReached, latencyMs: 2.125, refreshes: reached });
    expect(text).toMatch(/^ {2}handshakes: 30\/s # at least$/m);
    expect(text).toMatch(/^ {2}refreshes: 150\/s$/m);
    expect(comments).toContain('latency: at most 2.13ms one way');
  });

  it('leaves out a capacity that was not measured', () => {
    const failed = finding('knee', { ...step(20), succeeded: 0, achievedPerSecond: null });
    const { text, comments, model } = included({ handshakes: reached, latencyMs: 0, refreshes: failed });
    expect(text).not.toMatch(/^ +refreshes:/m);
    expect(comments).toContain('refreshes: not measured: 1 step from 20/s, and none went well');
    expect(model).toMatchObject({ refreshesPerSecond: Infinity, latency: { kind: 'fixed', ms: 0 } });
    expect(included({ handshakes: reached, latencyMs: 0, refreshes: null }).comments).toContain(
      'no token endpoint was asked',
    );
  });

  it('has no line that is too long to read', () => {
    const { text } = included({ handshakes: reached, latencyMs: 0.4581, refreshes: notReached });
    expect(text.split('\n').filter((line) => line.length > 120)).toEqual([]);
  });
});
