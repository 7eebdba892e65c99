import { signalName, NETWORK } from '../../core/signal.ts';
import type { Measurements } from '../../metrics/measurements.ts';
import { readyNow } from '../../metrics/ready.ts';
import type { Sighting } from '../../metrics/sighting.ts';
import type { Failures } from '../../metrics/timing.ts';
import { unknownNow } from '../../metrics/unknown.ts';

/** Keeps which attempts failed before the last client became ready, to tell them from those afterwards. */
export class LastContact {
  #ready = 0;
  #failedBefore: ReadonlyMap<string, number> = new Map();

  /**
   * Looks at what was measured so far; called a few times a second.
   *
   * @param ready how often a connection became ready
   * @param failures attempts that failed, by reason
   */
  look(ready: number, failures: () => Failures): void {
    if (ready === this.#ready) return;
    this.#ready = ready;
    this.#failedBefore = new Map(failures());
  }

  /** Returns the attempts that failed since, by reason; none while a client is ready or unknown, or if none ever was. */
  inVain(measurements: Measurements): readonly Sighting[] {
    const { curves, timings } = measurements;
    this.look(curves.total('ready'), () => timings.handshake.failures);
    if (this.#ready === 0 || readyNow(curves) + unknownNow(curves) > 0) return [];
    const failed = [...timings.handshake.failures].flatMap(([what, n]): readonly Sighting[] => {
      const count = n - (this.#failedBefore.get(what) ?? 0);
      return count > 0 ? [{ kind: 'gone', what, text: '', count }] : [];
    });
    const unanswered = curves.total('stateConnecting');
    if (failed.length > 0 || unanswered === 0 || hasFailedSince(curves)) return failed;
    return [{ kind: 'gone', what: signalName(NETWORK.timeout), text: '', count: unanswered }];
  }
}

/** Whether an attempt has failed since the last client became ready. */
function hasFailedSince(curves: Measurements['curves']): boolean {
  const last = curves.values('ready').findLastIndex((n) => n > 0);
  return curves.values('attemptsFailed').findLastIndex((n) => n > 0) >= last;
}
