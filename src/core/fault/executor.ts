import type { Fault } from './fault.ts';
import type { Executor, TargetKind } from './spec.ts';
import { specOf } from './specs.ts';

/** The executor of a fault; null: none for this kind of target. */
export function executorOf(fault: Fault, target: TargetKind): Executor | null {
  return specOf(fault.kind).executor(fault)[target];
}

/**
 * Whether a worker that holds clients needs the fault: to carry it out, or to measure how soon connections end whose
 * sessions all processes of the target revoke.
 */
export function concernsClients(fault: Fault, target: TargetKind): boolean {
  const { embedded } = specOf(fault.kind).executor(fault);
  return embedded === 'target' || executorOf(fault, target) === 'clients';
}

/** The reason why a simulation leaves the fault out; null: it does not. */
export function whyUnsupported(fault: Fault): string | null {
  return specOf(fault.kind).unsupportedInSimulation?.(fault) ?? null;
}
