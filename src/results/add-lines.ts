import { addTallies } from '../core/fault/fault.ts';
import { byName, COUNTS, REPORTED, SERIES, TIMINGS } from '../core/metrics.ts';
import type { TimelineLine } from './timeline.ts';

type Counts = Readonly<Record<string, number>>;
type Generator = TimelineLine['generator'];

/**
 * Adds up the timeline lines of several shards for one second. Values that are no sums, such as the generators'
 * lateness, take the worst shard's. If any shard did not report a total, the total is null.
 *
 * @param lines the totals of each shard at that time
 * @param fresh those lines written at that time; the curves of the other shards have no changes
 */
export function addLines(
  lines: readonly [TimelineLine, ...TimelineLine[]],
  fresh: readonly TimelineLine[],
): TimelineLine {
  const [first] = lines;
  const sum = (read: (line: TimelineLine) => number): number => total(lines.map(read));
  const known = (read: (line: TimelineLine) => number | null): number | null => totalKnown(lines.map(read));
  return {
    startMs: Math.min(...(fresh.length > 0 ? fresh : lines).map(({ startMs }) => startMs)),
    endMs: Math.max(...lines.map(({ endMs }) => endMs)),
    elapsedMs: Math.max(...lines.map(({ elapsedMs }) => elapsedMs)),
    planned: sum(({ planned }) => planned),
    counts: byName(COUNTS, (name) => sum(({ counts }) => counts[name])),
    failures: Object.fromEntries(
      TIMINGS.filter((name) => lines.some(({ failures }) => failures[name] !== undefined)).map((name) => [
        name,
        addCounts(lines.map(({ failures }) => failures[name] ?? {})),
      ]),
    ),
    losses: addCounts(lines.map(({ losses }) => losses)),
    ledger: {
      due: sum(({ ledger }) => ledger.due),
      skipped: sum(({ ledger }) => ledger.skipped),
      waiting: sum(({ ledger }) => ledger.waiting),
      sent: sum(({ ledger }) => ledger.sent),
      acknowledged: sum(({ ledger }) => ledger.acknowledged),
      lost: known(({ ledger }) => ledger.lost),
      duplicated: known(({ ledger }) => ledger.duplicated),
      unexpected: known(({ ledger }) => ledger.unexpected),
      inFlight: sum(({ ledger }) => ledger.inFlight),
      unknown: sum(({ ledger }) => ledger.unknown),
      gaveUp: sum(({ ledger }) => ledger.gaveUp),
      duplicatedBy: addCauses(lines.map(({ ledger }) => ledger.duplicatedBy)),
    },
    targetReported: byName(REPORTED, (name) => known(({ targetReported }) => targetReported[name])),
    faults: first.faults.map((fault, index) => ({
      ...fault,
      ...addTallies(lines.flatMap(({ faults }) => faults[index] ?? [])),
    })),
    generator: addGenerators(lines.map(({ generator }) => generator)),
    bins: first.bins,
    changes: addChanges(fresh.map(({ changes }) => changes)),
    // Where any shard does not know its shifts, those of the whole run are unknown.
    shifts: lines.some(({ shifts }) => shifts === null) ? null : addChanges(fresh.map(({ shifts }) => shifts ?? {})),
  };
}

function addChanges(all: readonly TimelineLine['changes'][]): TimelineLine['changes'] {
  return Object.fromEntries(
    SERIES.filter((series) => all.some((changes) => changes[series] !== undefined)).map((series) => [
      series,
      addPairs(all.flatMap((changes) => changes[series] ?? [])),
    ]),
  );
}

function addCauses(all: readonly TimelineLine['ledger']['duplicatedBy'][]): TimelineLine['ledger']['duplicatedBy'] {
  const known = all.filter((causes) => causes !== null);
  if (known.length < all.length) return null;
  return { resend: total(known.map(({ resend }) => resend)), other: total(known.map(({ other }) => other)) };
}

function addGenerators(all: readonly Generator[]): Generator {
  const sum = (read: (generator: Generator) => number): number => total(all.map(read));
  const worst = (read: (generator: Generator) => number): number => Math.max(...all.map(read));
  return {
    workers: sum(({ workers }) => workers),
    latenessP99Ms: worst(({ latenessP99Ms }) => latenessP99Ms),
    loopDelayP99Ms: worst(({ loopDelayP99Ms }) => loopDelayP99Ms),
    cpuSeconds: sum(({ cpuSeconds }) => cpuSeconds),
    rssBytes: sum(({ rssBytes }) => rssBytes),
    droppedStarts: sum(({ droppedStarts }) => droppedStarts),
    saturated: all.some(({ saturated }) => saturated),
    reasons: all.flatMap(({ reasons }, index) => reasons.map((reason) => `shard ${index + 1}: ${reason}`)),
    targetStarved: worst(({ targetStarved }) => targetStarved),
    unbounded: all.some(({ unbounded }) => unbounded),
  };
}

/** Bins ascending, each once. */
function addPairs(pairs: readonly (readonly [number, number])[]): [number, number][] {
  const sums = new Map<number, number>();
  for (const [bin, change] of pairs) sums.set(bin, (sums.get(bin) ?? 0) + change);
  return [...sums].toSorted(([a], [b]) => a - b);
}

function addCounts(all: readonly Counts[]): Record<string, number> {
  // A reason may be any word from a remote, even `constructor`.
  const sums = new Map<string, number>();
  for (const counts of all) for (const [name, n] of Object.entries(counts)) sums.set(name, (sums.get(name) ?? 0) + n);
  return Object.fromEntries(sums);
}

function total(values: readonly number[]): number {
  return values.reduce((sum, n) => sum + n, 0);
}

function totalKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length < values.length ? null : total(known);
}
