import { sightingText, type Sighting } from '../metrics/sighting.ts';

/** Most answers that a sentence names. */
const NAMED_MAX = 4;

/** Reasons of unanswered attempts, in words. */
const UNANSWERED: Readonly<Record<string, string>> = {
  refused: 'connection refused',
  reset: 'connection ended without an answer',
  timeout: 'no answer in time',
  unreachable: 'no route to it',
  dns: 'its name did not resolve',
};

/** Observations of a target that let no client in. */
export interface FirstContact {
  /** its name in messages */
  readonly target: string;
  readonly seen: readonly Sighting[];
  /** failed attempts by reason */
  readonly failures: ReadonlyMap<string, number>;
}

/** Attempts that failed for a reason because their requests for a ticket did. */
function ticketsAmong(seen: readonly Sighting[], reason: string): number {
  return seen.reduce((sum, { kind, what, count }) => sum + (kind === 'ticket' && what === reason ? count : 0), 0);
}

/**
 * Why no client ever became ready: what the target answered, or how it kept silent.
 *
 * @example unreachableReason({ target: 'ws://localhost/', seen: [], failures: new Map([['refused', 30]]) })
 * // 'no client ever became ready at ws://localhost/: it did not answer: connection refused (30 times)'
 */
export function unreachableReason({ target, seen, failures }: FirstContact): string {
  const silent = [...failures].flatMap(([reason, all]) => {
    const words = UNANSWERED[reason];
    const count = all - ticketsAmong(seen, reason);
    return words === undefined || count <= 0
      ? []
      : [{ text: `${words} (${count === 1 ? 'once' : `${count} times`})`, count }];
  });
  const answers = seen.map((each) => ({ text: sightingText(each), count: each.count }));
  const named = [...answers, ...silent].toSorted((a, b) => b.count - a.count).slice(0, NAMED_MAX);
  const start = `no client ever became ready at ${target}`;
  if (named.length === 0) return `${start}: nothing that it did says why`;
  return `${start}: ${answers.length === 0 ? 'it did not answer' : 'what was seen'}: ${named.map(({ text }) => text).join('; ')}`;
}
