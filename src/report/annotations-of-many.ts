import { settingText } from '../compare/recommend.ts';
import { verdictOf, type Tuning } from '../compare/tuning.ts';
import type { SeedsSummary } from '../results/seeds-summary.ts';
import { commands, type Annotation } from './annotations.ts';
import { confirmationText, tuningAnswer } from './tuning-words.ts';

/**
 * GitHub workflow commands for many seeds: the thresholds that failed with some seed, by setting, and the number of
 * inconclusive seeds.
 */
export function seedsAnnotations({ scenario, seeds, settings }: SeedsSummary): readonly string[] {
  return commands(
    settings.flatMap(({ varied, verdict, verdicts, done, thresholds }): readonly Annotation[] => {
      const title = `squall: ${[scenario, settingText(varied)].join(' ').trim()}: ${verdict}`;
      const open = seeds.planned - done + verdicts.inconclusive;
      return [
        ...thresholds
          .filter(({ failed, noData }) => failed + noData > 0)
          .map(({ expression, passed, failed }): Annotation => {
            const message = `${expression}: held with ${passed} of ${seeds.planned} seeds`;
            return { kind: failed > 0 ? 'error' : 'warning', title, message };
          }),
        ...(open === 0
          ? []
          : [{ kind: 'warning', title, message: `${open} of ${seeds.planned} seeds were inconclusive` } as const]),
      ];
    }),
  );
}

/** GitHub workflow commands for a tuning: no value found, or a live run that contradicts the value found. */
export function tuningAnnotations(tuning: Tuning): readonly string[] {
  const { scenario, found, live } = tuning;
  const title = `squall: ${scenario}: tuning`;
  if (found === null) {
    const kind = verdictOf(tuning) === 'fail' ? 'error' : 'warning';
    return commands([{ kind, title, message: tuningAnswer(tuning) }]);
  }
  const against = live.filter(({ value, verdict }) => value === found && verdict !== null && verdict !== 'pass');
  return commands(against.map((each) => ({ kind: 'warning', title, message: confirmationText(each) })));
}
