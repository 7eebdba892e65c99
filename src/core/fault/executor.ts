import type { Fault } from './fault.ts';
import type { Executor, TargetKind } from './spec.ts';
import { specOf } from './specs.ts';

/** What carries a fault out; null: nothing can, towards a target of this kind. */
export function executorOf(fault: Fault, target: TargetKind): Executor | null {
  return specOf(fault.kind).executor(fault)[target];
}

/**
 * Whether a worker that holds clients has to know of the fault: it carries it out itself, or measures how soon clients
 * hear of sessions that end in all the target's processes.
 */
export function concernsClients(fault: Fault, target: TargetKind): boolean {
  const { embedded } = specOf(fault.kind).executor(fault);
  return embedded === 'target' || executorOf(fault, target) === 'clients';
}

/** Why virtual time has no such fault, and a simulation leaves it out; null where it has. */
export function whyUnsupported(fault: Fault): string | null {
  return specOf(fault.kind).unsupportedInSimulation?.(fault) ?? null;
}
