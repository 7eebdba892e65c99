import { RAMP_MS_MAX, responseTo, type Finding, type RampEnd, type RampLimits, type Response } from './ramp.ts';
import type { Step } from './step.ts';

/** Describes a step in one line: `handshakes 152/s: did 150/s, p50 7.1ms, p99 40ms: behind`. */
export function stepText(what: string, step: Step, response: Response): string {
  const { perSecond, achievedPerSecond, p50Ms, p99Ms, notBegun } = step;
  const did = achievedPerSecond === null ? 'none' : rate(achievedPerSecond);
  const failed = Object.entries(step.failures).map(([reason, n]) => `, ${reason} ${n}`);
  const kept = notBegun === 0 ? '' : `, ${notBegun} not begun`;
  return `${what} ${rate(perSecond)}: did ${did}, p50 ${time(p50Ms)}, p99 ${time(p99Ms)}${failed.join('')}${kept}: ${RESPONSES[response]}`;
}

/** Describes a ramp's result, its end, and the evidence for it. */
export function findingText({ end, limits, perSecond, steps, keptUpPerSecond }: Finding): string {
  const [before, last] = steps.slice(-2);
  const kept = keptUpPerSecond === null ? 'kept up with none' : `kept up with ${rate(keptUpPerSecond)}`;
  const ramp = `${steps.length} step${steps.length === 1 ? '' : 's'} from ${rate(steps[0]?.perSecond ?? 0)}`;
  if (perSecond === null) return `not measured: ${ramp}, and none went well; ${ENDS[end](limits)}`;
  if (end !== 'knee' || before === undefined || last === undefined)
    return `at least ${rate(perSecond)}: ${ramp}; ${kept}; ${ENDS[end](limits)}`;
  const overloaded = [before, last].map((step) => rate(step.achievedPerSecond ?? 0)).join(' and ');
  const how = RESPONSES[responseTo(last, steps, limits)];
  return `${rate(perSecond)}: ${ramp}; ${kept}; offered ${rate(last.perSecond)} twice, it was ${how} and did ${overloaded}`;
}

/** Three digits. */
export function rate(perSecond: number): string {
  return `${Number(perSecond.toPrecision(3))}/s`;
}

export function time(ms: number | null): string {
  return ms === null ? 'none' : `${Number(ms.toPrecision(3))}ms`;
}

const RESPONSES: Readonly<Record<Response, string>> = {
  'kept-up': 'kept up',
  behind: 'more than 10 % behind',
  slow: 'more than 1 s slower than unloaded',
  failing: 'failing more than 1 %',
  generator: 'no measure: squall itself fell behind',
};

const ENDS: Readonly<Record<RampEnd, (limits: RampLimits) => string>> = {
  knee: () => 'that was too much for it',
  generator: () => 'squall itself fell behind',
  'max-rate': ({ maxPerSecond, maxBy }) => `stopped at ${rate(maxPerSecond)}, the limit of ${maxBy}`,
  'max-steps': () => 'stopped after as many steps as a ramp may have',
  'max-time': () => `stopped after ${RAMP_MS_MAX / 60_000} minutes`,
  interrupted: () => 'interrupted',
};
