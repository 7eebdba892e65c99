import type { Summary } from '../results/summary.ts';
import { clean } from './clean.ts';

/** Maximum number of annotations of each kind; GitHub drops the rest of a step's. */
const SHOWN_MAX = 10;
const MESSAGE_CHARS = 1000;

type Kind = 'error' | 'warning' | 'notice';

/** A GitHub workflow command. */
export interface Annotation {
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

/** Writes commands as GitHub reads them, as many as it keeps. */
export function commands(all: readonly Annotation[]): readonly string[] {
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
