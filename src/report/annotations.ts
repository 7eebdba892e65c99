import { settingText } from '../compare/recommend.ts';
import { verdictOf, type Tuning } from '../compare/tuning.ts';
import type { SeedsSummary } from '../results/seeds-summary.ts';
import type { Summary } from '../results/summary.ts';
import { clean } from './clean.ts';
import { confirmationText, tuningAnswer } from './tuning-words.ts';

/** GitHub shows so many of each kind for a step, and drops the rest. */
const SHOWN_MAX = 10;
const MESSAGE_CHARS = 1000;

type Kind = 'error' | 'warning' | 'notice';

interface Annotation {
  readonly kind: Kind;
  readonly title: string;
  readonly message: string;
}

/**
 * Workflow commands that make GitHub annotate a run: an error for each reason of a failure, a warning for what left the
 * verdict open and for what went wrong beside it, a notice for what limits the verdict. Nothing for a pass without notes
 * and warnings.
 */
export function annotations({ verdict, scenario, reasons, notes, warnings }: Summary): readonly string[] {
  const kind = verdict === 'fail' ? 'error' : 'warning';
  return commands([
    ...reasons.map((message) => ({ kind, title: `squall: ${scenario}: ${verdict}`, message }) as const),
    ...notes.map((message) => ({ kind: 'notice', title: `squall: ${scenario}: ${verdict}`, message }) as const),
    ...warnings.map((message) => ({ kind: 'warning', title: `squall: ${scenario}`, message }) as const),
  ]);
}

/** The same for many seeds: what did not hold with all of them, setting by setting, and how many told nothing. */
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
          : [{ kind: 'warning', title, message: `${open} of ${seeds.planned} seeds came to no verdict` } as const]),
      ];
    }),
  );
}

/** The same for a tuning: that it found nothing, or what its live run says against what it found. */
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

/** A line that begins with two colons is a command: nothing that is quoted may break out of its own. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
