import { settingText } from '../compare/recommend.ts';
import { verdictOf, type Tuning } from '../compare/tuning.ts';
import type { SeedsSummary } from '../results/seeds-summary.ts';
import type { Summary } from '../results/summary.ts';
import { clean } from './clean.ts';
import { confirmationText, tuningAnswer } from './tuning-words.ts';

/** Maximum number of annotations of each kind; GitHub drops the rest of a step's. */
const SHOWN_MAX = 10;
const MESSAGE_CHARS = 1000;

type Kind = 'error' | 'warning' | 'notice';

interface Annotation {
  readonly kind: Kind;
  readonly title: string;
  readonly message: string;
}

/**
 * GitHub workflow commands for a run: an error for each reason of a failure, a warning for each reason of an
 * inconclusive verdict and each warning of the run, a notice for each note. A pass without notes and warnings has none.
 */
export function annotations({ verdict, scenario, reasons, notes, warnings }: Summary): readonly string[] {
  const kind = verdict === 'fail' ? 'error' : 'warning';
  return commands([
    ...reasons.map((message) => ({ kind, title: `squall: ${scenario}: ${verdict}`, message }) as const),
    ...notes.map((message) => ({ kind: 'notice', title: `squall: ${scenario}: ${verdict}`, message }) as const),
    ...warnings.map((message) => ({ kind: 'warning', title: `squall: ${scenario}`, message }) as const),
  ]);
}

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

function commands(all: readonly Annotation[]): readonly string[] {
  return all.slice(0, SHOWN_MAX).map(({ kind, title, message }) => command(kind, title, message));
}

function command(kind: Kind, title: string, message: string): string {
  return `::${kind} title=${property(clean(title))}::${data(clean(message, MESSAGE_CHARS))}`;
}

/**
 * Encodes a value so that quoted text cannot begin a command of its own, which is a line with two colons at its start.
 */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
