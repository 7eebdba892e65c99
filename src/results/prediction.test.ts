import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SERIES } from '../core/metrics.ts';
import { measured } from '../testing/measured.ts';
import { figuresOf, type Figures } from '../storm/figures.ts';
import { errorsOf, predictionText, type Prediction } from './prediction.ts';
import { readPrediction } from './read-prediction.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'squall-prediction-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const nothing = figuresOf(measured({ elapsedMs: 1000 }), []);

function figures(change: Partial<Figures>): Figures {
  return { ...nothing, ...change };
}

function written(text: string): { readonly read: Prediction | null; readonly warnings: readonly string[] } {
  writeFileSync(join(dir, 'prediction.json'), text);
  const warnings: string[] = [];
  return { read: readPrediction(dir, warnings), warnings };
}

describe('prediction.json', () => {
  it('is read back as it was written', () => {
    const events = fc.array(fc.tuple(fc.nat(19_999), fc.integer({ min: 1, max: 1000 })), { maxLength: 20 });
    const figure = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true, min: 0, max: 1e9 }));
    fc.assert(
      fc.property(events, events, figure, (attempts, recovered, t95RecoveryMs) => {
        const { curves } = measured({ elapsedMs: 20_000, series: { attempts, recovered } });
        const { read, warnings } = written(predictionText({ figures: figures({ t95RecoveryMs }), curves }));
        expect(warnings).toEqual([]);
        expect(read?.figures).toEqual(figures({ t95RecoveryMs }));
        for (const series of SERIES) expect(read?.curves.values(series)).toEqual(curves.values(series));
      }),
      { numRuns: 30 },
    );
  });

  it('is null without a warning when no prediction was made', () => {
    const warnings: string[] = [];
    expect(readPrediction(dir, warnings)).toBeNull();
    expect(warnings).toEqual([]);
  });

  it.each(['', '{', '{}', '{"format":2}'])('that is damaged (%j) is left out, with a warning', (text) => {
    expect(written(text)).toEqual({ read: null, warnings: ['prediction.json is damaged; it is left out'] });
  });
});

describe('the error of a prediction', () => {
  it.each<[string, number | null, number | null, number | null]>([
    ['is above 0 when it was too high', 110, 100, 10],
    ['is below 0 when it was too low', 75, 100, -25],
    ['is 0 when nothing was predicted and nothing happened', 0, 0, 0],
    ['is not known when nothing happened of what was predicted', 5, 0, null],
    ['is not known without a prediction', null, 5, null],
    ['is not known without a measurement', 5, null, null],
  ])('%s', (_title, predicted, got, errorPercent) => {
    const errors = errorsOf(figures({ amplification: predicted }), figures({ amplification: got }));
    expect(errors.find(({ name }) => name === 'amplification')).toEqual({
      name: 'amplification',
      unit: 'ratio',
      predicted,
      measured: got,
      errorPercent,
    });
  });

  it('is given for peak, recovery, amplification and refreshes, each in its unit', () => {
    expect(errorsOf(nothing, nothing).map(({ name, unit }) => [name, unit])).toEqual([
      ['peakAttemptsPerSecond', 'per-second'],
      ['t95RecoveryMs', 'ms'],
      ['amplification', 'ratio'],
      ['peakRefreshesPerSecond', 'per-second'],
    ]);
  });
});
