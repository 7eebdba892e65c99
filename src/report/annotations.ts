import type { Summary } from '../results/summary.ts';
import { clean } from './clean.ts';

/** GitHub shows so many of each kind for a step, and drops the rest. */
const SHOWN_MAX = 10;
const MESSAGE_CHARS = 1000;

type Kind = 'error' | 'warning';

/**
 * Workflow commands that make GitHub annotate a run: an error for each reason of a failure, a warning for what left the
 * verdict open and for what went wrong beside it. Nothing for a pass without warnings.
 */
export function annotations({ verdict, scenario, reasons, warnings }: Summary): readonly string[] {
  const kind = verdict === 'fail' ? 'error' : 'warning';
  return [
    ...reasons.map((reason) => ({ kind, title: `squall: ${scenario}: ${verdict}`, message: reason }) as const),
    ...warnings.map((message) => ({ kind: 'warning', title: `squall: ${scenario}`, message }) as const),
  ]
    .slice(0, SHOWN_MAX)
    .map(({ kind: each, title, message }) => command(each, title, message));
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
