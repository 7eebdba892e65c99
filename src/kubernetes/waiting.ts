import { redisUrlOf, type ClusterPlan } from './cluster-plan.ts';
import type { Container } from './manifest.ts';
import { containerOf, linkEnvironment } from './pods.ts';

/** Time in which Redis and all workers have to be there: nodes may have to be added, and images fetched. */
const WAIT_MINUTES = 15;
/** Time after which a worker that no run came for ends: the wait for the other workers, and for the coordinator's own pod. */
export const WORKER_WAIT_MINUTES = 2 * WAIT_MINUTES;
/** Time for the wait, logins before the run, and its end, s. */
const BESIDE_THE_RUN_SECONDS = 3600;
/** Memory of `squall doctor --on`, whose peak was 94 MiB when it was measured, bytes. */
const DOCTOR_BYTES = 192 * 1024 * 1024;

/** Time after which Kubernetes ends what is left of a run, such as workers without a coordinator, s. */
export function deadlineSeconds({ durationMs }: Pick<ClusterPlan, 'durationMs'>): number {
  return Math.ceil(durationMs / 1000) + BESIDE_THE_RUN_SECONDS;
}

/**
 * An init container that waits until Redis answers and workers with this many free slots are there. Kubernetes starts
 * all pods at once, in any order.
 */
export function waitsFor(plan: ClusterPlan, slots: number): Container {
  return containerOf({
    name: 'wait',
    image: plan.image,
    args: ['doctor', '--on', redisUrlOf(plan), '--slots', String(slots), '--wait', `${WAIT_MINUTES}m`],
    env: linkEnvironment(plan),
    needs: { cores: 0.1, memoryBytes: DOCTOR_BYTES },
  });
}
