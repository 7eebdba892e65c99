import { actingMs, type Occurrence } from '../core/fault/occurrence.ts';

/** A storm is said to outlive its cause when it goes on for at least this long after it. */
const OUTLIVED_AFTER_MS = 10_000;

export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

export interface Cause extends Span {
  readonly kind: 'fault' | 'losses';
}

/**
 * What a storm is put down to: the windows of the faults that began before its fullest second was over and were not over before
 * the previous storm was, taken together; without such faults, its losses, from the first to the last.
 *
 * @param peakEndMs the end of the storm's fullest second
 * @param previousEndMs the end of the previous storm; 0 for the first
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
 * Did the storm feed on itself? It did when, after its cause was over, it went on for longer than the cause had
 * lasted, and for at least 10 s. A run that ends sooner cannot tell, and a storm is not accused of it.
 */
export function outlived(storm: Span, cause: Span): boolean {
  const overhangMs = storm.endMs - Math.max(storm.startMs, cause.endMs);
  return overhangMs >= OUTLIVED_AFTER_MS && overhangMs > cause.endMs - cause.startMs;
}

function endMs({ atMs, fault }: Occurrence): number {
  return atMs + actingMs(fault);
}
