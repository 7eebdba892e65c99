import type { Curves } from '../../metrics/curves.ts';
import { curvesDiffer, type CurveViews } from '../both-views.ts';
import { COLUMNS } from './plot.ts';
import type { TimeCurve } from './time-plot.ts';

/**
 * A curve as it was offered, and as it was intended where the two differ visibly.
 *
 * @param legend what the curve shows, for a plot with others; null: the title is enough
 */
export function inBothViews(
  { offered, intended }: CurveViews,
  samplesOf: (curves: Curves) => Float64Array,
  legend: string | null,
): readonly TimeCurve[] {
  const samples = samplesOf(offered);
  const onTime = intended === null ? null : samplesOf(intended);
  if (onTime === null || !curvesDiffer(samples, onTime, COLUMNS)) return [{ samples, line: 'area', legend }];
  const what = legend === null ? '' : `${legend}, `;
  return [
    { samples, line: 'area', legend: `${what}as offered (with squall's own lateness)` },
    { samples: onTime, line: 'intended', legend: `${what}as intended (without it)` },
  ];
}
