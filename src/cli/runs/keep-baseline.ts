import { isCutShort } from '../../metrics/cut-short.ts';
import type { Measurements } from '../../metrics/measurements.ts';
import type { Outcome, WorldName } from '../../metrics/run.ts';
import { otherReasons } from '../../report/reasons.ts';
import { saveBaseline } from '../../results/baseline.ts';
import { FolderError } from '../../results/folder-error.ts';
import type { Summary } from '../../results/summary.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { log } from '../terminal/output.ts';

interface FinishedRun {
  readonly scenario: Scenario;
  readonly world: WorldName;
  readonly outcome: Outcome;
  readonly summary: Summary;
}

/**
 * Saves the measurements of a run as a baseline; logs the reason when the run is not suitable.
 *
 * @returns false when nothing was saved
 */
export function keepBaseline(file: string, { scenario, world, outcome, summary }: FinishedRun): boolean {
  const why = refusalReason(summary, outcome.measurements);
  if (why !== null) {
    log(`squall: no baseline is saved in ${file}: ${why}`);
    return false;
  }
  try {
    const leftOut = saveBaseline(file, scenario, world, outcome.measurements);
    if (leftOut.length > 0) {
      log(
        `squall: the baseline in ${file} has no ${listed(leftOut)}: squall was late, and these would have been different on time`,
      );
    }
    return true;
  } catch (error) {
    if (!(error instanceof FolderError)) throw error;
    log(`squall: ${error.message}`);
    return false;
  }
}

/** Most metrics that a message names. */
const NAMED_MAX = 5;

function listed(names: readonly string[]): string {
  const more = names.length - NAMED_MAX;
  return `${names.slice(0, NAMED_MAX).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/**
 * Why the run is not suitable as a baseline; null if it is. A failed threshold does not matter: its limit may be due to
 * change.
 */
function refusalReason(summary: Summary, measurements: Measurements): string | null {
  if (summary.ended !== 'completed') return 'the run ended early';
  if (summary.faults.some(({ injected }) => injected))
    return 'faults were injected by hand, so no other run is comparable';
  if (isCutShort(measurements)) return 'squall was still late at the end of the run, so its totals are not known';
  const reasons = otherReasons(summary);
  return reasons.length === 0 ? null : reasons.join('; ');
}
