import { settingText } from '../compare/recommend.ts';
import type { Tuning } from '../compare/tuning.ts';
import type { SeedsSummary } from '../results/seeds-summary.ts';
import type { Summary } from '../results/summary.ts';
import { clean } from './clean.ts';
import { tuningAnswer } from './tuning-words.ts';

/** GitHub shows so many of each kind for a step, and drops the rest. */
const SHOWN_MAX = 10;
const MESSAGE_CHARS = 1000;

type Kind = 'error' | 'warning';

interface Annotation {
  readonly kind: Kind;
  readonly title: string;
  readonly message: string;
}

/**
 * Workflow commands that make GitHub annotate a run: an error for each reason of a failure, a warning for what left the
 * verdict open and for what went wrong beside it. Nothing for a pass without warnings.
 */
export function annotations({ verdict, scenario, reasons, warnings }: Summary): readonly string[] {
  const kind = verdict === 'fail' ? 'error' : 'warning';
  return commands([
    ...reasons.map((message) => ({ kind, title: `squall: ${scenario}: ${verdict}`, message }) as const),
    ...warnings.map((message) => ({ kind: 'warning', title: `squall: ${scenario}`, message }) as const),
  ]);
}

/** The same for many seeds: what did not hold with all of them, setting by setting. */
export function seedsAnnotations({ scenario, seeds, settings }: SeedsSummary): readonly string[] {
  return commands(
    settings.flatMap(({ varied, verdict, thresholds }) => {
      const kind = verdict === 'fail' ? 'error' : 'warning';
      const title = `squall: ${[scenario, settingText(varied)].join(' ').trim()}: ${verdict}`;
      return thresholds
        .filter(({ passed }) => passed < seeds.planned)
        .map(({ expression, passed }) => {
          return { kind, title, message: `${expression}: held with ${passed} of ${seeds.planned} seeds` } as const;
        });
    }),
  );
}

/** The same for a tuning that found nothing. */
export function tuningAnnotations(tuning: Tuning): readonly string[] {
  if (tuning.found !== null) return [];
  return commands([{ kind: 'error', title: `squall: ${tuning.scenario}: tuning`, message: tuningAnswer(tuning) }]);
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
