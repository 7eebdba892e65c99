import { namesOf, redisUrlOf, type ClusterPlan } from './cluster-plan.ts';
import { deadlineSeconds, waitsFor, WORKER_WAIT_MINUTES } from './waiting.ts';
import type { Job } from './manifest.ts';
import { containerOf, labelsOf, linkEnvironment, metadataOf, podOf } from './pods.ts';

/** Time that a worker has to say goodbye, s. */
const GRACE_SECONDS = 30;
/** Exit code of a usage error, which every other worker would have too. */
const USAGE_ERROR = 2;

/**
 * The workers: an Indexed Job with one pod for each shard. A failed pod is never replaced, since its shard is lost: a
 * second holder would double the load.
 */
export function workerJob(plan: ClusterPlan): Job {
  const { worker } = namesOf(plan);
  const labels = labelsOf(plan, 'worker');
  // A coordinator that was refused offers nothing; one in a terminal is started again, as late as its user likes.
  const wait = plan.hasCoordinator ? ['--wait', `${WORKER_WAIT_MINUTES}m`] : [];
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: metadataOf(plan, worker, 'worker'),
    spec: {
      completionMode: 'Indexed',
      completions: plan.shards,
      parallelism: plan.shards,
      backoffLimitPerIndex: 0,
      podFailurePolicy: {
        rules: [
          {
            action: 'FailJob',
            onExitCodes: { containerName: 'worker', operator: 'In', values: [USAGE_ERROR] },
          },
          { action: 'FailIndex', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
          { action: 'FailIndex', onExitCodes: { containerName: 'worker', operator: 'NotIn', values: [0] } },
        ],
      },
      activeDeadlineSeconds: deadlineSeconds(plan),
      template: {
        metadata: { labels },
        spec: podOf({
          restartPolicy: 'Never',
          graceSeconds: GRACE_SECONDS,
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: 'kubernetes.io/hostname',
              whenUnsatisfiable: 'ScheduleAnyway',
              labelSelector: { matchLabels: labels },
            },
          ],
          initContainers: [waitsFor(plan, 0)],
          containers: [
            containerOf({
              name: 'worker',
              image: plan.image,
              args: ['worker', '--once', ...wait, '--slots', '1', redisUrlOf(plan)],
              env: linkEnvironment(plan),
              needs: plan.workerNeeds,
            }),
          ],
          volumes: [],
        }),
      },
    },
  };
}
