import { addTallies, EMPTY_TALLY, type FaultTally } from '../../core/fault/fault.ts';
import { NOTHING_COUNTED, type TargetCounts } from '../../embedded/protocol.ts';

/** Adds up the counts of processes that run at the same time. */
export function summed(parts: readonly TargetCounts[]): TargetCounts {
  const total = (of: (counts: TargetCounts) => number): number => parts.reduce((sum, counts) => sum + of(counts), 0);
  return {
    ...parts.reduce(added, NOTHING_COUNTED),
    handshakeQueue: total(({ handshakeQueue }) => handshakeQueue),
    refreshQueue: total(({ refreshQueue }) => refreshQueue),
    open: total(({ open }) => open),
    starvedMs: Math.max(0, ...parts.map(({ starvedMs }) => starvedMs)),
  };
}

/** Adds the counts of a process and of its successor. */
export function added(a: TargetCounts, b: TargetCounts): TargetCounts {
  const faults: Record<number, FaultTally> = { ...a.faults };
  for (const [index, tally] of Object.entries(b.faults)) {
    faults[Number(index)] = addTallies([faults[Number(index)] ?? EMPTY_TALLY, tally]);
  }
  return {
    handshakes: a.handshakes + b.handshakes,
    wasted: a.wasted + b.wasted,
    refusedHandshakes: a.refusedHandshakes + b.refusedHandshakes,
    refreshes: a.refreshes + b.refreshes,
    reuseDetected: a.reuseDetected + b.reuseDetected,
    keyFetchesRefused: a.keyFetchesRefused + b.keyFetchesRefused,
    effects: a.effects + b.effects,
    duplicated: a.duplicated + b.duplicated,
    // A dead process has no open connections and no queue.
    handshakeQueue: b.handshakeQueue,
    refreshQueue: b.refreshQueue,
    open: b.open,
    unauthorized: {
      beforeAuth: a.unauthorized.beforeAuth + b.unauthorized.beforeAuth,
      expired: a.unauthorized.expired + b.unauthorized.expired,
      revoked: a.unauthorized.revoked + b.unauthorized.revoked,
      forbidden: a.unauthorized.forbidden + b.unauthorized.forbidden,
    },
    anonymous: a.anonymous + b.anonymous,
    downgraded: a.downgraded + b.downgraded,
    cpuMs: a.cpuMs + b.cpuMs,
    starvedMs: a.starvedMs + b.starvedMs,
    faults,
  };
}
