import type { FaultOutcome } from '../core/fault/outcome.ts';
import type { WorldName } from '../metrics/run.ts';
import type { Measurements } from '../metrics/measurements.ts';
import { mintsTokens } from '../scenario/mints-tokens.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { missReason } from '../threshold/verdict.ts';

/** What the notes on a run are derived from. */
export interface NoteInput {
  readonly scenario: Scenario;
  readonly world: WorldName;
  readonly measurements: Measurements;
  readonly faults: readonly FaultOutcome[];
}

/** One sentence about a run; null where it does not apply. */
type Note = (run: NoteInput) => string | null;

/** In the order in which reports show them. */
const NOTES: readonly Note[] = [readyMeans, unacknowledged, minted, unattributed];

/**
 * Sentences that limit what a verdict shows, without changing it. Reports show them right under the verdict.
 *
 * @example notesOf({ scenario, world: 'live', measurements }) // ['ready means: the WebSocket upgrade was …']
 */
export function notesOf(run: NoteInput): readonly string[] {
  return [...NOTES.map((note) => note(run)).filter((sentence) => sentence !== null), ...missedByHand(run)];
}

/** An open socket counts as ready where no frame says that the token was accepted. */
function readyMeans({ scenario: { target, tokens }, world, measurements: { ledger } }: NoteInput): string | null {
  if (world === 'sim' || target.kind !== 'url' || tokens.carrier.kind === 'message' || ledger.acknowledged > 0) {
    return null;
  }
  return 'ready means: the WebSocket upgrade was answered with HTTP 101; nothing showed that a token was accepted';
}

function unacknowledged({ measurements: { ledger, timings } }: NoteInput): string | null {
  const { due, acknowledged, gaveUp, skipped, waiting, inFlight } = ledger;
  const failed = gaveUp + skipped + waiting + inFlight;
  if (failed + acknowledged === 0 || acknowledged > failed) return null;
  const unfinished = (
    [
      ['waiting for a connection', waiting],
      ['in flight', inFlight],
    ] as const
  ).filter(([, n]) => n > 0);
  const reasons = [...timings.command.failures, ...unfinished].map(([reason, n]) => `${reason} ${n}`).join(', ');
  const why = reasons === '' ? '' : ` (${reasons})`;
  if (acknowledged === 0) return `none of the ${due} commands that came due was acknowledged${why}`;
  return `most commands were not acknowledged: ${failed} of ${failed + acknowledged}${why}`;
}

/** A planned fault that misses makes a run inconclusive; one that was injected by hand does not. */
function missedByHand({ faults }: NoteInput): readonly string[] {
  const missed = faults.filter(({ injected, planned, hit }) => injected && (planned === 0 || hit < planned));
  return missed.map(
    (fault) => `${missReason({ ...fault, atLeast: 1 })}; it was injected by hand, where a miss is allowed`,
  );
}

function minted({ scenario, world, measurements: { curves } }: NoteInput): string | null {
  if (world === 'sim' || !mintsTokens(scenario)) return null;
  const renewals = curves.total('refreshed');
  return `tokens: minted by squall, ${renewals} renewal${renewals === 1 ? '' : 's'}; no token endpoint was used`;
}

/** Clients cannot tell, and so nothing that is counted where they are can. */
function unattributed({ measurements: { reported } }: NoteInput): string | null {
  const anonymous = reported.anonymous ?? 0;
  if (anonymous === 0) return null;
  const many = anonymous === 1 ? '1 connection was' : `${anonymous} connections were`;
  return `${many} let in without being anybody's; clients took this for being ready, and it counts as ready`;
}
