import { offer } from './offer.ts';
import type { Workload } from './workload.ts';
import { findingOf, nextStep, responseTo, type Finding, type RampLimits, type Response } from './ramp.ts';
import { measureStep, type Step } from './step.ts';

/** Parts of a ramp. */
export interface Climb {
  /** makes the workload of a step */
  readonly workload: () => Workload;
  readonly limits: RampLimits;
  /** see `Load` */
  readonly capPerSecond: number;
  /** signal that ends the ramp with its completed steps */
  readonly signal: AbortSignal;
  /** receives each step; an error ends the ramp */
  readonly onStep: (step: Step, response: Response) => void;
}

/** Offers the steps of `nextStep` until the ramp ends. */
export async function climb({ workload, limits, capPerSecond, signal, onStep }: Climb): Promise<Finding> {
  const steps: Step[] = [];
  const beginMs = performance.now();
  for (;;) {
    const next = nextStep(steps, limits, performance.now() - beginMs);
    if ('end' in next) return findingOf(steps, limits, next.end);
    const load = { ...next, capPerSecond };
    const tries = await offeredWith(workload(), load, signal);
    if (tries === null) return findingOf(steps, limits, 'interrupted');
    const step = measureStep(load.perSecond, tries);
    steps.push(step);
    onStep(step, responseTo(step, steps, limits));
  }
}

async function offeredWith(workload: Workload, load: Parameters<typeof offer>[0], signal: AbortSignal) {
  try {
    return await offer(load, workload, signal);
  } finally {
    await workload.end();
  }
}
