import type { Step } from './step.ts';

/** Limits of a ramp. */
export interface RampLimits {
  readonly maxPerSecond: number;
  /** description of what sets that limit */
  readonly maxBy: string;
  /** lateness of the generator above which a step is no measure of the target, ms */
  readonly maxLatenessP99Ms: number;
}

/** Response of a target to a step. */
export type Response =
  | 'kept-up'
  /** it achieved less than KEPT_UP_SHARE of what it was offered */
  | 'behind'
  /** the slowest 1 % took SLOW_BEYOND_MS longer than the median of the first step */
  | 'slow'
  /** more than FAILED_SHARE failed */
  | 'failing'
  /** the generator did not offer what it should have */
  | 'generator';

/** Why a ramp ended. Only with `knee` was the capacity reached. */
export type RampEnd = 'knee' | 'generator' | 'max-rate' | 'max-steps' | 'max-time' | 'interrupted';

/** Next action: offer a number of tries at a rate, or end. */
export type NextStep = { readonly perSecond: number; readonly tries: number } | { readonly end: RampEnd };

/** Result of a ramp. */
export interface Finding {
  readonly end: RampEnd;
  readonly limits: RampLimits;
  readonly steps: readonly Step[];
  /** the capacity if `end` is `knee`, otherwise it is at least that; null: no step went well */
  readonly perSecond: number | null;
  /** the greatest rate that the target kept up with; null: none */
  readonly keptUpPerSecond: number | null;
}

const FIRST_PER_SECOND = 20;
/** From a rate that it kept up with, a target never meets more than GROWTH / KEPT_UP_SHARE of what it can do: 1.7 times. */
const GROWTH = 1.5;
/** Duration of a step, s; longer at low rates, for at least TRIES_MIN tries. */
const STEP_SECONDS = 2;
const TRIES_MIN = 20;
const STEPS_MAX = 40;
/** Longest time from the first step to the beginning of the last, ms. */
export const RAMP_MS_MAX = 180_000;

const KEPT_UP_SHARE = 0.9;
const FAILED_SHARE = 0.01;
const SLOW_BEYOND_MS = 1000;
/** Share of the planned tries that the generator must start for a step to count. */
const STARTED_SHARE = 0.9;

/** Returns the number of tries of a step at this rate. */
export function triesAt(perSecond: number): number {
  return Math.max(TRIES_MIN, Math.round(perSecond * STEP_SECONDS));
}

/** Returns the highest rate at which a step has at most these tries. */
export function rateFor(tries: number): number {
  return tries / STEP_SECONDS;
}

/**
 * A ramp rises by GROWTH for as long as the target keeps up. A rate at which it did not is offered once more, so that
 * no hiccup counts; when it does not keep up again, that was the knee.
 *
 * @param elapsedMs since the first step began
 */
export function nextStep(steps: readonly Step[], limits: RampLimits, elapsedMs: number): NextStep {
  const last = steps.at(-1);
  if (last === undefined) return at(Math.min(FIRST_PER_SECOND, limits.maxPerSecond));
  const end = endOf(steps, limits);
  if (end !== null) return { end };
  if (steps.length >= STEPS_MAX) return { end: 'max-steps' };
  if (elapsedMs > RAMP_MS_MAX) return { end: 'max-time' };
  if (responseTo(last, steps, limits) !== 'kept-up') return at(last.perSecond);
  return at(Math.min(last.perSecond * GROWTH, limits.maxPerSecond));
}

/** @param steps steps of the same ramp, the first of which counts as unloaded */
export function responseTo(step: Step, steps: readonly Step[], limits: RampLimits): Response {
  const { perSecond, startedPerSecond, achievedPerSecond, tries, succeeded, notBegun, p99Ms, latenessP99Ms } = step;
  const started = startedPerSecond ?? 0;
  if (notBegun > 0 || latenessP99Ms > limits.maxLatenessP99Ms || started < perSecond * STARTED_SHARE)
    return 'generator';
  if (tries - succeeded > tries * FAILED_SHARE) return 'failing';
  if ((achievedPerSecond ?? 0) < started * KEPT_UP_SHARE) return 'behind';
  const unloadedMs = steps[0]?.p50Ms ?? 0;
  return (p99Ms ?? 0) > unloadedMs + SLOW_BEYOND_MS ? 'slow' : 'kept-up';
}

/**
 * The capacity is what the target achieved while it was overloaded, on average over the two steps; or what it achieved
 * while it kept up, where that is more, as with a target that collapses under load.
 */
export function findingOf(steps: readonly Step[], limits: RampLimits, end: RampEnd): Finding {
  const keptUp = steps.filter((step) => responseTo(step, steps, limits) === 'kept-up');
  const overloaded = end === 'knee' ? steps.slice(-2).map(({ achievedPerSecond }) => achievedPerSecond ?? 0) : [];
  const candidates = [
    ...keptUp.map(({ achievedPerSecond }) => achievedPerSecond ?? 0),
    ...(overloaded.length === 0 ? [] : [mean(overloaded)]),
  ];
  const most = Math.max(0, ...candidates);
  return {
    end,
    limits,
    steps,
    perSecond: most > 0 ? most : null,
    keptUpPerSecond: keptUp.length === 0 ? null : Math.max(...keptUp.map(({ perSecond }) => perSecond)),
  };
}

function at(perSecond: number): NextStep {
  return { perSecond, tries: triesAt(perSecond) };
}

function endOf(steps: readonly Step[], limits: RampLimits): RampEnd | null {
  const [before, last] = steps.slice(-2).map((step) => ({ step, response: responseTo(step, steps, limits) }));
  const latest = last ?? before;
  if (latest === undefined) return null;
  if (latest.response === 'kept-up') return latest.step.perSecond >= limits.maxPerSecond ? 'max-rate' : null;
  const again = last !== undefined && before?.response !== 'kept-up' && before?.step.perSecond === last.step.perSecond;
  if (!again) return null;
  return before.response === 'generator' || last.response === 'generator' ? 'generator' : 'knee';
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
