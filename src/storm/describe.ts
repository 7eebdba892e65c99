import { BIN_MS } from '../core/metrics.ts';
import { durationsDiffer, rateInViews } from '../metrics/visible.ts';
import type { OwnTimes, SelfSustaining, Storm } from './storm.ts';

/** Describes a storm in a sentence. */
export function describe(storm: Storm): string {
  if (storm.kind === 'refresh') return ofTokens(storm);
  const parts = [rise(storm), peak(storm), recovery(storm), secondWave(storm), stillOut(storm), aftermath(storm)];
  const sentence = parts.filter((part) => part !== '').join('; ');
  return storm.selfSustaining === null ? `${sentence}.` : `${sentence}. ${sustained(storm.selfSustaining, storm)}.`;
}

function rise({ kind, startMs, lost, renewals }: Storm): string {
  const what = lost > 0 ? losses(lost, renewals ?? 0) : 'clients that had never been ready could not get in';
  return `At ${seconds(startMs)} ${what}${kind === 'outage' ? ', an outage' : ''}`;
}

/** Losses in words; a connection that its client ends to present a newer token is not called lost. */
function losses(lost: number, renewals: number): string {
  if (renewals >= lost) return `${count(lost, 'client', 'clients')} reconnected with a newer token`;
  const planned = renewals === 0 ? '' : `, ${renewals} of them to reconnect with a newer token`;
  return `${count(lost, 'connection was', 'connections were')} lost${planned}`;
}

function peak(storm: Storm): string {
  const { kind, peakPerSecond, spikeFactor } = storm;
  const rate = peakText(storm);
  if (kind === 'outage') return peakPerSecond === 0 ? 'nobody reconnected' : `no more than ${rate} reconnected`;
  if (spikeFactor === null) return `reconnects peaked at ${rate}`;
  const intended = rate === perSecond(peakPerSecond) ? null : (storm.intended?.spikeFactor ?? null);
  const spike = intended === null ? round(spikeFactor) : `${round(intended)} and ${round(spikeFactor)}`;
  return `reconnects peaked at ${rate}, ${spike} times the calm rate`;
}

/**
 * The peak of a storm, in both views where they differ visibly.
 *
 * @example peakText(storm) // '4000/s intended, 1188/s offered'
 */
export function peakText({ peakPerSecond, intended }: Pick<Storm, 'peakPerSecond' | 'intended'>): string {
  return rateInViews(peakPerSecond, intended?.peakPerSecond ?? null, perSecond);
}

function perSecond(rate: number): string {
  return `${round(rate)}/s`;
}

function recovery(storm: Storm): string {
  const { lost, attemptsPerRecovery } = storm;
  if (lost === 0) return '';
  if (attemptsPerRecovery === null) return back(storm);
  const attempts = round(attemptsPerRecovery);
  return `${back(storm)}, at ${attempts} ${attempts === '1' ? 'attempt' : 'attempts'} a recovery`;
}

function back({ t50Ms, t95Ms, t100Ms, recovered, ended, notBack, unknown, intended }: Storm): string {
  const times = intended?.times ?? null;
  if (t100Ms !== null) {
    const after = inViews(t100Ms, times?.t100Ms ?? null);
    return notBack === 0
      ? `all of them${unknown === 0 ? '' : ' that are known'} were back after ${after}`
      : `${count(recovered, 'recovery', 'recoveries')} came within ${after}`;
  }
  if (t95Ms !== null) return `95 % were back after ${inViews(t95Ms, times?.t95Ms ?? null)}, but not all by the end`;
  if (t50Ms !== null)
    return `half were back after ${inViews(t50Ms, times?.t50Ms ?? null)}, but less than 95 % by the end`;
  const when = ended ? 'when it ended' : 'when the run ended';
  return recovered === 0 ? `nobody was back ${when}` : `less than half were back ${when}`;
}

/**
 * The times in which sockets and channels were back, each from its own loss; empty: the storm lost no socket whose channels
 * are joined.
 */
function secondWave({ sockets, own: channels }: Storm): string {
  const first = sockets === null ? null : shareBack(sockets);
  if (first === null) return '';
  const [share, withinMs] = first;
  const words = `${share}sockets were back within ${seconds(withinMs)}`;
  const second = shareBack(channels);
  if (second === null) return `${words} of their loss, channels were not`;
  return `${words}, ${second[0]}channels within ${seconds(second[1])} of their loss`;
}

/** The greatest share that was back, in words, and after which time; null: less than half. */
function shareBack({ t50Ms, t95Ms, t100Ms }: OwnTimes): readonly [string, number] | null {
  if (t100Ms !== null) return ['', t100Ms];
  if (t95Ms !== null) return ['95 % of the ', t95Ms];
  return t50Ms === null ? null : ['half of the ', t50Ms];
}

/** A time from the storm's start; also without squall's own lateness where that differs visibly by more than a bin. */
function inViews(ms: number, intendedMs: number | null): string {
  if (intendedMs === null || Math.abs(ms - intendedMs) <= BIN_MS || !durationsDiffer(ms, intendedMs))
    return seconds(ms);
  return `${seconds(ms)} (${seconds(intendedMs)} without squall's own lateness)`;
}

function stillOut({ notBack, neverReady, unknown }: Storm): string {
  const unseen = unknown === 0 ? [] : [`${count(unknown, 'client is', 'clients are')} unknown`];
  const out = [...unseen, ...(notBack === 0 ? [] : [`${count(notBack, 'client', 'clients')} stayed out`])];
  const never = neverReady === 0 ? [] : [`${count(neverReady, 'newcomer', 'newcomers')} tried in vain`];
  return [...out, ...never].join(', and ');
}

function aftermath({ ended, outlivedCause, selfSustaining }: Storm): string {
  if (selfSustaining !== null) return '';
  if (outlivedCause && !ended) return 'it outlived its cause and was still on when the run ended';
  if (outlivedCause) return 'it outlived its cause';
  return ended ? '' : 'it was still on when the run ended';
}

const CAUSES = { fault: 'the fault ended', losses: 'the last loss', due: 'the tokens came due' } as const;

function sustained(storm: SelfSustaining, of: Storm): string {
  const cause = storm.after === 'losses' && of.lost === 0 ? 'it began' : CAUSES[storm.after];
  const since = `${(storm.afterMs / 1000).toFixed(0)} s after ${cause}`;
  return `It is self-sustaining: attempts stay at ${rateOf(storm)} ${since}${prospect(storm, of)}`;
}

function rateOf({ attemptsPerSecond, capacityPerSecond }: SelfSustaining): string {
  return capacityPerSecond === null
    ? `${round(attemptsPerSecond)}/s`
    : `${round(attemptsPerSecond / capacityPerSecond)}x capacity`;
}

/** The bound for lost clients; newcomers have none, because more of them arrive. */
function prospect({ drainsBelow }: SelfSustaining, { lost, neverReady }: Storm): string {
  if (drainsBelow === null || neverReady > 0) return '';
  const few = `fewer than ${drainsBelow} lost connections`;
  return lost < drainsBelow ? `, although storms of ${few} drain in the end` : `; a storm of ${few} would have drained`;
}

function ofTokens(storm: Storm): string {
  const { startMs, failing, selfSustaining } = storm;
  const since = `From ${seconds(startMs)} on token requests failed over and over; they peaked at ${peakText(storm)}`;
  const now = `those of ${count(failing, 'client', 'clients')} were failing when the run ended`;
  return `${since}, and ${now}. ${selfSustaining === null ? TOO_MANY : sustainedRequests(selfSustaining)}.`;
}

const TOO_MANY = 'More tokens come due than the token service answers';

function sustainedRequests(storm: SelfSustaining): string {
  const since = `${(storm.afterMs / 1000).toFixed(0)} s after ${CAUSES[storm.after]}`;
  return `It is self-sustaining: token requests stay at ${rateOf(storm)} ${since}, and hardly any is answered in time`;
}

function count(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function round(n: number): string {
  return n >= 100 ? n.toFixed(0) : n.toFixed(1).replace(/\.0$/, '');
}
