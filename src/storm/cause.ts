import { actingMs, type Occurrence } from '../core/fault/occurrence.ts';

/** Shortest time for which a storm must outlast its cause to count as outliving it, ms. */
const OUTLIVED_AFTER_MS = 10_000;

export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

export interface Cause extends Span {
  readonly kind: 'fault' | 'losses';
}

/**
 * The cause of a storm: the union of the windows of all faults that began before the end of its fullest second and
 * ended after the previous storm; without such faults its losses, from the first to the last.
 *
 * @param peakEndMs end of the storm's fullest second
 * @param previousEndMs end of the previous storm; 0: there is none
 */
export function causeOf(
  occurrences: readonly Occurrence[],
  peakEndMs: number,
  previousEndMs: number,
  losses: Span,
): Cause {
  const causes = occurrences.filter((occurrence) => occurrence.atMs < peakEndMs && endMs(occurrence) >= previousEndMs);
  if (causes.length === 0) return { ...losses, kind: 'losses' };
  return {
    kind: 'fault',
    startMs: Math.min(...causes.map(({ atMs }) => atMs)),
    endMs: Math.max(...causes.map(endMs)),
  };
}

/**
 * Whether the storm outlived its cause: it went on after the cause for longer than the cause had lasted, and for at
 * least 10 s. In a run that ends earlier it did not.
 */
export function outlived(storm: Span, cause: Span): boolean {
  const overhangMs = storm.endMs - Math.max(storm.startMs, cause.endMs);
  return overhangMs >= OUTLIVED_AFTER_MS && overhangMs > cause.endMs - cause.startMs;
}

function endMs({ atMs, fault }: Occurrence): number {
  return atMs + actingMs(fault);
}
