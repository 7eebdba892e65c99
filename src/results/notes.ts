import type { FaultOutcome } from '../core/fault/outcome.ts';
import type { SeriesName } from '../core/metrics.ts';
import type { GeneratorHealth, Outcome, WorldName } from '../metrics/run.ts';
import { isCutShort } from '../metrics/cut-short.ts';
import { becameUnknown, unknownNow } from '../metrics/unknown.ts';
import { viewsOf } from '../metrics/views.ts';
import type { Measurements } from '../metrics/measurements.ts';
import { diagnose } from './diagnosis/diagnose.ts';
import { goneClues } from './diagnosis/gone-clues.ts';
import { causeText, type Clue } from './diagnosis/cause.ts';
import type { Sighting } from '../metrics/sighting.ts';
import { issuesTokens } from '../scenario/issues-tokens.ts';
import { mintsTokens } from '../scenario/mints-tokens.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Evaluation } from '../threshold/evaluate.ts';
import { printQuantity } from '../threshold/quantity.ts';
import { hasMissed, missReason } from '../threshold/missed-faults.ts';
import { starvedReason } from '../threshold/starved-target.ts';
import { meaningOf } from './meaning.ts';

/** The data that notes are derived from. */
export interface NoteInput {
  readonly scenario: Scenario;
  readonly world: WorldName;
  readonly measurements: Measurements;
  readonly faults: readonly FaultOutcome[];
  /** answers and frames of the target that clients could not use */
  readonly seen?: readonly Sighting[];
  /** absent: the run was not evaluated, and nothing is noted of what its verdict was held against */
  readonly verdictOf?: {
    readonly ended: Outcome['ended'] | 'cut-off';
    readonly generator: GeneratorHealth;
    readonly thresholds: readonly Pick<Evaluation, 'open' | 'ok'>[];
  };
}

/** Makes one sentence about a run; null if it does not apply. */
type Note = (run: NoteInput) => string | null;

/** All notes in report order. */
const NOTES: readonly Note[] = [
  unknownClients,
  lateness,
  load,
  starved,
  uncheckedCertificates,
  readyMeans,
  unacknowledged,
  minted,
  unattributed,
];

/**
 * Sentences that limit the meaning of a verdict without changing it. Reports show them right below the verdict.
 *
 * @example notesOf({ scenario, world: 'live', measurements }) // ['ready means: the WebSocket upgrade was …']
 */
export function notesOf(run: NoteInput): readonly string[] {
  const single = NOTES.map((note) => note(run)).filter((sentence) => sentence !== null);
  return [...probableCauses(run), ...single, ...missedHits(run), ...missedByHand(run)];
}

/**
 * Probable causes of a run in which nobody became ready, or that lost its server for good, each with the line of the scenario
 * that mends it.
 */
function probableCauses({ scenario, world, measurements, faults, seen = [] }: NoteInput): readonly string[] {
  if (world === 'sim') return [];
  if (measurements.curves.total('ready') > 0) return lostServer(scenario, goneClues(measurements, faults, seen), seen);
  const { failures } = measurements.timings.handshake;
  const silent = [...failures].filter(([what, n]) => !isOfTickets(what, n, seen)).map(([what]) => end(what));
  return causes([...seen, ...silent], scenario);
}

/** Causes of a loss for good. For the embedded target, the run's events name the cause. */
function lostServer(scenario: Scenario, clues: readonly Clue[], seen: readonly Sighting[]): readonly string[] {
  if (scenario.target.kind !== 'url') return [];
  const ofTickets = clues.flatMap(({ what }) => seen.filter((each) => each.kind === 'ticket' && each.what === what));
  return causes(ofTickets.length > 0 ? ofTickets : clues, scenario);
}

/** A failed attempt of which the target said nothing. */
function end(what: string): Clue {
  return { kind: 'end', what, text: '' };
}

/** Whether the target had no part in most attempts that failed for a reason: their requests for a ticket did. */
function isOfTickets(reason: string, count: number, seen: readonly Sighting[]): boolean {
  const tickets = seen.filter(({ kind, what }) => kind === 'ticket' && what === reason);
  return tickets.reduce((sum, each) => sum + each.count, 0) >= count / 2;
}

function causes(clues: readonly Clue[], scenario: Scenario): readonly string[] {
  return diagnose(clues, scenario).map((cause) => `likely cause: ${causeText(cause)}`);
}

/** A note that anybody could have answered in the target's place. */
function uncheckedCertificates({ scenario: { target }, world }: NoteInput): string | null {
  if (world === 'sim' || target.kind !== 'url' || target.tls?.verify !== false) return null;
  return 'certificates were not checked (target.tls.verify is false): another machine could have answered as the target, and have read the tokens';
}

/** A note that an open socket counted as ready, since no frame confirmed the token. */
function readyMeans({ scenario, world, measurements: { ledger } }: NoteInput): string | null {
  if (meaningOf(scenario, world).ready !== 'http-101' || ledger.acknowledged > 0) return null;
  return 'ready means: the WebSocket upgrade was answered with HTTP 101; nothing showed that a token was accepted';
}

/** A note that nothing is known of some clients from an instant on, so that every figure lacks them from there. */
function unknownClients({ measurements: { curves, planned } }: NoteInput): string | null {
  const since = becameUnknown(curves);
  const first = since[0];
  if (first === undefined) return null;
  const many = `${unknownNow(curves)} of ${planned} clients are unknown`;
  const when = `${since.length === 1 ? '' : 'the first of them '}since ${(first.sinceMs / 1000).toFixed(1)} s`;
  return `${many}, ${when}: all figures and curves hold what was heard of them until then, and count them as neither ready nor out afterwards`;
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

/** A note that squall was late, where the verdict was held against that. */
function lateness({ measurements, verdictOf }: NoteInput): string | null {
  if (verdictOf === undefined || !verdictOf.generator.saturated || verdictOf.generator.unbounded) return null;
  if (measurements.shifts === null || verdictOf.thresholds.length === 0) return null;
  const late = printQuantity(verdictOf.generator.latenessP99Ms, 'duration');
  return `squall was late: with 1 % of its events by more than ${late}; each threshold was evaluated with that lateness and without it${unknownEnd(measurements)}`;
}

function unknownEnd(measurements: Measurements): string {
  return isCutShort(measurements)
    ? '; it was still late at the end, and what clients would have done by then is not known'
    : '';
}

/** Share, and number, by which the target met fewer events in its fullest second than were intended, above which a note says so. */
const LESS_LOAD = 0.1;
const LESS_EVENTS = 10;

/** A note that the target met a lower load than the scenario intends, so that more was not tested. */
function load({ measurements }: NoteInput): string | null {
  const { offered, intended } = viewsOf(measurements);
  if (intended === null) return null;
  const peaks = LOADS.map(([series, what]) => ({
    what,
    met: offered.curves.peakPerSecond(series).perSecond,
    meant: intended.curves.peakPerSecond(series).perSecond,
  })).filter(({ met, meant }) => meant - met > Math.max(LESS_EVENTS, meant * LESS_LOAD));
  if (peaks.length === 0) return null;
  const each = peaks.map(({ what, met, meant }) => `${met} ${what} a second of ${meant} that were intended`);
  return `the target met at most ${each.join(', and ')}: what it does at more was not tested`;
}

/** A note that other work on the machine slowed the embedded target down; where a threshold failed, a reason says so. */
function starved({ verdictOf }: NoteInput): string | null {
  if (verdictOf === undefined || verdictOf.thresholds.some(({ ok }) => ok === false)) return null;
  const reason = starvedReason(verdictOf.generator);
  return reason === null ? null : `${reason}: its answers were late because of that`;
}

const LOADS = [
  ['attempts', 'attempts'],
  ['refreshes', 'token requests'],
] as const satisfies readonly (readonly [SeriesName, string])[];

/** Notes on faults that missed some of their clients, where no threshold could have come out otherwise. */
function missedHits({ faults, verdictOf }: NoteInput): readonly string[] {
  if (verdictOf?.ended !== 'completed' || verdictOf.thresholds.length === 0) return [];
  if (verdictOf.thresholds.some(({ open }) => open?.why === 'missed')) return [];
  return faults.filter(hasMissed).map((fault) => `${missReason(fault)}; no threshold could have come out otherwise`);
}

/** Notes on misses of faults injected by hand, which do not make a run inconclusive as planned ones do. */
function missedByHand({ faults }: NoteInput): readonly string[] {
  const missed = faults.filter(({ injected, planned, hit }) => injected && (planned === 0 || hit < planned));
  return missed.map(
    (fault) => `${missReason({ ...fault, atLeast: 1 })}; it was injected by hand, where a miss is allowed`,
  );
}

/** Whether all tokens stand in the file of users. */
function takesTokensFromUsers({ target, tokens: { source } }: Scenario): boolean {
  return target.kind === 'url' && source.mint === null && !issuesTokens(source.endpoint);
}

function minted({ scenario, world, measurements: { curves } }: NoteInput): string | null {
  if (world === 'sim') return null;
  if (takesTokensFromUsers(scenario)) return 'tokens: from columns of users; no token endpoint was used';
  if (!mintsTokens(scenario)) return null;
  const renewals = curves.total('refreshed');
  return `tokens: minted by squall, ${renewals} renewal${renewals === 1 ? '' : 's'}; no token endpoint was used`;
}

/**
 * A note on connections without an identity; clients do not notice them, so all client counts include them as ready.
 */
function unattributed({ measurements: { reported } }: NoteInput): string | null {
  const anonymous = reported.anonymous ?? 0;
  if (anonymous === 0) return null;
  const many = anonymous === 1 ? '1 connection was' : `${anonymous} connections were`;
  return `${many} let in without an identity; clients count them as ready`;
}
