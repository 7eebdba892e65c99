import type { Outcome, WorldName } from '../metrics/run.ts';
import { otherReasons } from '../report/reasons.ts';
import { saveBaseline } from '../results/baseline.ts';
import { FolderError } from '../results/folder-error.ts';
import type { Summary } from '../results/summary.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { log } from './output.ts';

interface FinishedRun {
  readonly scenario: Scenario;
  readonly world: WorldName;
  readonly outcome: Outcome;
  readonly summary: Summary;
}

/**
 * Saves what a run came to as a baseline, if it is one that others may be held to; otherwise it says why not.
 *
 * @returns false when it is not saved
 */
export function keepBaseline(file: string, { scenario, world, outcome, summary }: FinishedRun): boolean {
  const why = refusalReason(summary);
  if (why !== null) {
    log(`squall: no baseline is saved in ${file}: ${why}`);
    return false;
  }
  try {
    saveBaseline(file, scenario, world, outcome.measurements);
    return true;
  } catch (error) {
    if (!(error instanceof FolderError)) throw error;
    log(`squall: ${error.message}`);
    return false;
  }
}

/** A failed threshold is no objection: the limit may be what is to change. */
function refusalReason(summary: Summary): string | null {
  if (summary.ended !== 'completed') return 'the run did not come to its end';
  if (summary.faults.some(({ injected }) => injected)) return 'faults were injected by hand, which no other run has';
  const reasons = otherReasons(summary);
  return reasons.length === 0 ? null : reasons.join('; ');
}
