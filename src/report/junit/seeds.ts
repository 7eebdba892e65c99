import type { SeedsSummary, SettingSummary } from '../../results/seeds-summary.ts';
import { junitXml, mishapOf, type TestCase } from './suite.ts';

/**
 * Many seeds as JUnit XML: a suite for each setting with a test case for each threshold. It passes when the threshold
 * held with every seed, and is an error when some seeds had no data.
 */
export function junitSeeds({ scenario, version, seeds, settings }: SeedsSummary): string {
  return junitXml(
    settings.map((setting) => ({
      name: [scenario, ...setting.varied.map(({ path, value }) => `${path}=${value}`)].join(' '),
      // Virtual time begins at the epoch.
      startedAt: new Date(0).toISOString(),
      seconds: 0,
      properties: { squall: version, 'first seed': seeds.first, seeds: seeds.planned },
      cases: [
        seedsCase(setting, seeds.planned),
        ...setting.thresholds.map((threshold) => thresholdCase(threshold, seeds.planned)),
      ],
    })),
  );
}

function seedsCase({ done, verdicts }: SettingSummary, planned: number): TestCase {
  const open = planned - done + verdicts.inconclusive;
  const message = `${open} of ${planned} seeds were inconclusive`;
  return { name: 'the seeds', seconds: 0, mishap: open === 0 ? null : mishapOf(true, 'inconclusive', message) };
}

function thresholdCase(
  { expression, passed, failed, noData }: SettingSummary['thresholds'][number],
  planned: number,
): TestCase {
  const message = `${expression}: held with ${passed} of ${planned} seeds, failed with ${failed}, had no data with ${noData}`;
  const type = failed > 0 ? 'fail' : 'no data';
  return { name: expression, seconds: 0, mishap: passed === planned ? null : mishapOf(failed === 0, type, message) };
}
