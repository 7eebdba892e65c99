import type { FaultOutcome } from '../core/fault/outcome.ts';
import { ISSUE_KINDS, type GeneratorHealth, type IntegrityIssue, type Outcome } from '../metrics/run.ts';
import type { Sighting } from '../metrics/sighting.ts';
import type { Timing } from '../metrics/timing.ts';
import type { Evaluation } from './evaluate.ts';
import { unreachableReason } from './unreachable.ts';

export interface VerdictWithReasons {
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  /** sentences that say why; empty for a pass */
  readonly reasons: readonly string[];
  readonly exitCode: 0 | 1 | 3 | 4 | 130;
}

export interface VerdictInputs {
  readonly thresholds: readonly Evaluation[];
  readonly generator: GeneratorHealth;
  readonly faults: readonly FaultOutcome[];
  readonly ended: Outcome['ended'];
  /** no attempt was ever answered */
  readonly unreachable: boolean;
  /** its name in messages */
  readonly target: string;
  readonly integrity: readonly IntegrityIssue[];
  /** answers and frames of the target that clients could not use */
  readonly seen?: readonly Sighting[];
  /** holds the counts of failed attempts by reason */
  readonly measurements?: { readonly timings: { readonly handshake: Pick<Timing, 'failures'> } };
}

/**
 * The verdict on a run. The first of these that applies decides; the reasons of those below it follow.
 *
 *     interrupted by a person                inconclusive  130   what was not run was not tested
 *     no client ever became ready            inconclusive    4   nothing was tested
 *     an integrity issue                     inconclusive    3   what was measured is not what the scenario asks for
 *     the generator was saturated            inconclusive    3   a bad figure may be the generator's own
 *     a planned fault missed its clients     inconclusive    3   what was tested is not what was planned
 *     a threshold failed or aborted the run  fail            1   a failure stands, whatever else is unknown
 *     a threshold had no data                inconclusive    3   a pass would claim what was not tested
 *     none of these                          pass            0
 *
 * Missed faults count only in runs that reached their end: an aborted run may not have reached them, and is no pass
 * anyway. A fault that was injected by hand may miss.
 */
export function verdict(inputs: VerdictInputs): VerdictWithReasons {
  const { thresholds, generator, faults, ended, unreachable, target, integrity, seen = [], measurements } = inputs;
  const issues = issueReasons(integrity);
  const saturated = generator.saturated ? [saturation(generator)] : [];
  const failed = thresholds.filter(({ ok }) => ok === false).map(({ expression, text }) => `${expression}: ${text}`);
  const unknown = thresholds.filter(({ ok }) => ok === null).map(({ expression, text }) => `${expression}: ${text}`);
  const missed = ended === 'completed' ? faults.filter(hasMissed).map(missReason) : [];
  const aborted = ended === 'aborted' && !unreachable ? ['a threshold failed during the run and aborted it'] : [];
  const reasons = [...issues, ...saturated, ...missed, ...aborted, ...failed, ...unknown];

  if (ended === 'interrupted') {
    return { verdict: 'inconclusive', reasons: ['the run was interrupted', ...reasons], exitCode: 130 };
  }
  if (unreachable) {
    const why = unreachableReason({ target, seen, failures: measurements?.timings.handshake.failures ?? new Map() });
    return { verdict: 'inconclusive', reasons: [why, ...reasons], exitCode: 4 };
  }
  if (issues.length + saturated.length + missed.length > 0) return { verdict: 'inconclusive', reasons, exitCode: 3 };
  if (failed.length + aborted.length > 0) return { verdict: 'fail', reasons, exitCode: 1 };
  if (reasons.length > 0) return { verdict: 'inconclusive', reasons, exitCode: 3 };
  return { verdict: 'pass', reasons: [], exitCode: 0 };
}

/** Most issues of one kind that are listed; the rest are counted. */
const ISSUES_NAMED_MAX = 5;

/** Lists the first issues of each kind, and counts the rest: a process may die again and again. */
function issueReasons(integrity: readonly IntegrityIssue[]): readonly string[] {
  return ISSUE_KINDS.flatMap((kind) => {
    const texts = integrity.filter((issue) => issue.kind === kind).map(({ text }) => text);
    const more = texts.length - ISSUES_NAMED_MAX;
    return [...texts.slice(0, ISSUES_NAMED_MAX), ...(more > 0 ? [`and ${more} more issues of kind ${kind}`] : [])];
  });
}

function saturation({ reasons, clientsThatFit }: GeneratorHealth): string {
  const fit = clientsThatFit === null ? '' : `; this machine would have coped with about ${clientsThatFit} clients`;
  return `the generator was saturated: ${reasons.join('; ')}${fit}`;
}

/** Whether fewer of the planned hits happened than `atLeast` asks for. A fault injected by hand tolerates every miss. */
function hasMissed({ injected, planned, hit, atLeast }: FaultOutcome): boolean {
  return !injected && (planned === 0 || hit < planned * atLeast);
}

/** The number of clients that a fault hit, and why it missed the others. */
export function missReason({ label, atMs, planned, hit, missed, atLeast }: FaultOutcome): string {
  const where = `the fault \`${label}\` at ${atMs / 1000} s`;
  if (planned === 0) return `${where} met nobody`;
  const why = Object.entries(missed).map(([reason, n]) => `${n} ${reason}`);
  const reasons = why.length === 0 ? '' : ` (${why.join(', ')})`;
  return `${where} hit ${hit} of ${planned}${reasons}${atLeast < 1 ? `, at least ${Number((atLeast * 100).toPrecision(4))}% were needed` : ''}`;
}
