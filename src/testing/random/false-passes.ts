import type { Outcome } from '../../metrics/run.ts';
import { BIN_MS } from '../../core/metrics.ts';
import type { Summary } from '../../results/summary.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { OUT_MS, type ClientHistory } from './seen.ts';

/** A run with its verdict and its target's own record. */
export interface Watched {
  readonly scenario: Scenario;
  readonly outcome: Outcome;
  readonly summary: Summary;
  readonly seen: ClientHistory;
}

/** Says why a passed threshold should have failed; null if the check finds no fault with it. */
type Check = (threshold: Threshold, run: Watched) => string | null;

interface Threshold {
  /** `p99`, or the metric itself */
  readonly figure: string;
  /** the text in brackets, or an empty one */
  readonly of: string;
  readonly comparison: string;
  readonly limit: string;
}

const CHECKS: readonly Check[] = [
  ready,
  recoveries,
  handshakes,
  commandsFailed,
  commandsLost,
  commandsDuplicated,
  commandsSkipped,
];

/**
 * The reasons why a run should not have passed; empty for any other verdict. Whatever its thresholds, a run may not pass
 * if sabotage hit it, if a threshold had no data, if its ledger does not add up, or if no note names its anonymous
 * sessions.
 */
export function falsePasses(run: Watched): readonly string[] {
  if (run.summary.verdict !== 'pass') return [];
  const general = [
    ...(run.seen.killed ? ['a process of the target was killed'] : []),
    ...(run.seen.anonymous > 0 && !run.summary.notes.some((note) => note.includes('without an identity'))
      ? [`${run.seen.anonymous} were let in without an identity, and no note says so`]
      : []),
    ...run.summary.thresholds.filter(({ value }) => value === null).map(({ expression }) => `${expression}: no data`),
    ...ledgerFlaws(run),
  ];
  const perThreshold = run.summary.thresholds.flatMap(({ expression }) => {
    const threshold = parsed(expression);
    return CHECKS.map((check) => check(threshold, run)).flatMap((why) =>
      why === null ? [] : [`${expression}: ${why}`],
    );
  });
  return [...general, ...perThreshold];
}

function parsed(expression: string): Threshold {
  const match = /^([\w.-]+)(?:\(([\w.-]+)\))? *(<=|>=|==|<|>) *(\S+)$/.exec(expression);
  if (match === null) throw new Error(`the checks cannot read the threshold ${expression}`);
  const [, figure = '', of = '', comparison = '', limit = ''] = match;
  return { figure, of, comparison, limit };
}

function ledgerFlaws(run: Watched): readonly string[] {
  const { outcome, seen, summary } = run;
  const { due, sent, skipped, waiting, acknowledged, gaveUp, inFlight, lost, duplicated } = outcome.measurements.ledger;
  const flaws: string[] = [];
  if (due !== sent + skipped + waiting) flaws.push(`${due} due, ${sent} sent, ${skipped} skipped, ${waiting} waiting`);
  if (sent !== acknowledged + gaveUp + inFlight) flaws.push(`${sent} sent, not all accounted for`);
  const [least, most] = dueBetween(run);
  const isRegular = summary.clients.stopped === 0 && run.scenario.clients.arrive.process === 'even';
  if (isRegular && (due < least || due > most)) flaws.push(`${due} due, not ${least} to ${most}`);
  if (lost === null || duplicated === null) return flaws;
  // Some of the commands in flight may have had their effect.
  const distinct = seen.effects - duplicated;
  if (distinct > sent - lost || distinct < sent - lost - inFlight) {
    flaws.push(
      `${seen.effects} effects, but ${sent} sent, ${lost} lost, ${duplicated} duplicated, ${inFlight} in flight`,
    );
  }
  if (seen.ids !== null && seen.ids !== distinct) flaws.push(`${seen.ids} ids had an effect, not ${distinct}`);
  return flaws;
}

/** Bounds of the commands that come due if no client stops: each client's rate since its arrival, plus or minus one. */
function dueBetween({ scenario: { clients }, outcome }: Watched): readonly [least: number, most: number] {
  const { count, commands } = clients;
  const { elapsedMs } = outcome.measurements;
  const each = Array.from({ length: count }, (_, client) => {
    const lifeMs = elapsedMs - arrivesAtMs(clients, client);
    return (lifeMs / 1000) * (commands?.perSecond ?? 0);
  });
  const sum = (round: (n: number) => number): number => each.reduce((total, n) => total + Math.max(0, round(n)), 0);
  return commands === null ? [0, 0] : [sum((n) => Math.floor(n) - 1), sum((n) => Math.ceil(n) + 1)];
}

/** Instant of a client's first attempt, ms; Infinity for random arrivals, which depend on the seed. */
function arrivesAtMs({ arrive, count }: Scenario['clients'], client: number): number {
  if (arrive.process !== 'even') return Infinity;
  return arrive.by === 'over' ? (client / count) * arrive.overMs : (client / arrive.perSecond) * 1000;
}

function ready({ figure, of, comparison, limit }: Threshold, { scenario, seen }: Watched): string | null {
  const least = figure === 'least' && of === 'ready';
  if ((figure !== 'ready' && !least) || !comparison.startsWith('>')) return null;
  const wanted = limit.endsWith('%') ? (Number.parseFloat(limit) / 100) * scenario.clients.count : Number(limit);
  const present = seen.outAtEnd.filter((out) => !out).length;
  return present < wanted ? `${present} of ${scenario.clients.count} are in at the end` : null;
}

/** The share of recoveries that a figure limits: a quantile limits its share, a maximum all; null for another figure. */
function shareOf(figure: string): number | null {
  if (figure === 'failures' || figure === 'max') return 1;
  const digits = /^[pt](\d+)$/.exec(figure)?.[1];
  return digits === undefined ? null : Number(digits) / 100;
}

function recoveries({ figure, of }: Threshold, { seen }: Watched): string | null {
  const share = shareOf(figure);
  if (of !== 'recovery' || share === null) return null;
  const out = seen.outAtEnd.filter((isOut, client) => isOut && seen.admitted[client]).length;
  const allowed = (1 - share) * (out + seen.returns);
  return out > Math.ceil(allowed) ? `${out} are out for good, ${seen.returns} came back` : null;
}

/** Every client whose first attempt was more than `OUT_MS` before the end must have been admitted. */
function handshakes({ figure, of }: Threshold, { scenario, seen, outcome }: Watched): string | null {
  const ofAll = of === 'handshake' && shareOf(figure) === 1;
  if (!ofAll && !(figure === 'failed' && of === 'attempts')) return null;
  const since = outcome.measurements.elapsedMs - OUT_MS;
  const never = seen.admitted.filter((was, client) => !was && arrivesAtMs(scenario.clients, client) < since).length;
  return never > 0 ? `${never} were never let in` : null;
}

/** Number of commands that came due more than `OUT_MS` before the end; each must have had its effect. */
function dueInTime({ outcome: { measurements } }: Watched): number {
  const bins = Math.max(0, Math.floor((measurements.elapsedMs - OUT_MS) / BIN_MS));
  return measurements.curves
    .values('due')
    .subarray(0, bins)
    .reduce((sum, n) => sum + n, 0);
}

/** A command that was acknowledged without an effect is lost, but it did not fail. */
function commandsFailed({ figure, of, limit }: Threshold, run: Watched): string | null {
  const ofAll = (figure === 'failed' && of === 'commands') || (figure === 'failures' && of === 'command');
  const { lost, unexpected, gaveUp } = run.outcome.measurements.ledger;
  if (!ofAll || limit !== '0' || lost === null || unexpected === null) return null;
  const wanted = dueInTime(run) - (lost + unexpected - gaveUp);
  const ids = run.seen.ids ?? run.seen.effects;
  return ids < wanted ? `only ${ids} of ${wanted} that came due in time had an effect` : null;
}

function commandsLost({ figure, limit }: Threshold, run: Watched): string | null {
  if (figure !== 'lost' || limit !== '0') return null;
  const { sent, inFlight, skipped } = run.outcome.measurements.ledger;
  const ids = run.seen.ids ?? run.seen.effects;
  const wanted = Math.max(sent - inFlight, dueInTime(run) - skipped);
  return ids < wanted ? `only ${ids} of ${wanted} that are over, or came due in time, had an effect` : null;
}

function commandsDuplicated({ figure, limit }: Threshold, { outcome, seen }: Watched): string | null {
  if (figure !== 'duplicated' || limit !== '0') return null;
  const ids = seen.ids ?? outcome.measurements.ledger.sent;
  return seen.effects > ids ? `${seen.effects} effects of ${ids} commands` : null;
}

/** With `resend`, every command of a client that does not stop must be sent. */
function commandsSkipped({ figure, of }: Threshold, { scenario, outcome, summary }: Watched): string | null {
  if (scenario.clients.commands?.onReconnect !== 'resend' || summary.clients.stopped > 0) return null;
  if (of !== 'command' && of !== 'commands' && figure !== 'lost') return null;
  const { skipped } = outcome.measurements.ledger;
  return skipped > 0 ? `${skipped} were never sent` : null;
}
