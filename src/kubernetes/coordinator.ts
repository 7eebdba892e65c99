import { namesOf, redisUrlOf, type ClusterPlan } from './cluster-plan.ts';
import { deadlineSeconds, waitsFor } from './waiting.ts';
import type { ConfigMap, Job, PersistentVolumeClaim, Pod } from './manifest.ts';
import { containerOf, fromSecret, labelsOf, linkEnvironment, metadataOf, PLACES, podOf } from './pods.ts';

const SCENARIO_FILE = 'scenario.yaml';
/** Time to wind a run down and to write its reports, s. */
const GRACE_SECONDS = 120;
/** Room for the results folders of some hundred runs. */
const RESULTS_SIZE = '1Gi';
/** Time after which the pod that gives the results out ends by itself, s. */
const FETCH_SECONDS = 900;

/** The scenario, as every run has it in its results folder. */
export function scenarioConfig(plan: ClusterPlan): ConfigMap {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadataOf(plan, namesOf(plan).scenario),
    data: { [SCENARIO_FILE]: plan.scenario },
  };
}

/** The volume that keeps results when the coordinator's pod has ended. */
export function resultsClaim(plan: ClusterPlan): PersistentVolumeClaim {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: metadataOf(plan, namesOf(plan).results),
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: RESULTS_SIZE } } },
  };
}

/** The coordinator: it runs once, so that its exit code decides whether its Job is complete or failed. */
export function coordinatorJob(plan: ClusterPlan): Job {
  const { coordinator, scenario, files, results } = namesOf(plan);
  const hasFiles = plan.files.length > 0;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: metadataOf(plan, coordinator, 'coordinator'),
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: deadlineSeconds(plan),
      template: {
        metadata: { labels: labelsOf(plan, 'coordinator') },
        spec: podOf({
          restartPolicy: 'Never',
          graceSeconds: GRACE_SECONDS,
          initContainers: [waitsFor(plan, plan.shards)],
          containers: [
            containerOf({
              name: 'coordinator',
              image: plan.image,
              args: coordinatorArguments(plan),
              workingDir: PLACES.home,
              env: [...linkEnvironment(plan), ...fromSecret(plan, plan.environment)],
              needs: plan.coordinatorNeeds,
              mounts: [
                { name: 'scenario', mountPath: PLACES.scenario, readOnly: true },
                ...(hasFiles ? [{ name: 'files', mountPath: PLACES.files, readOnly: true }] : []),
                { name: 'results', mountPath: PLACES.results },
              ],
            }),
          ],
          volumes: [
            { name: 'scenario', configMap: { name: scenario } },
            ...(hasFiles ? [{ name: 'files', secret: { secretName: files } }] : []),
            { name: 'results', persistentVolumeClaim: { claimName: results } },
          ],
        }),
      },
    },
  };
}

function coordinatorArguments(plan: ClusterPlan): readonly string[] {
  const { results, scenario } = PLACES;
  return [
    'run',
    `${scenario}/${SCENARIO_FILE}`,
    '--on',
    redisUrlOf(plan),
    '--shards',
    String(plan.shards),
    '--results',
    results,
    ...['junit=junit.xml', 'markdown=report.md'].flatMap((report) => ['--report', report.replace('=', `=${results}/`)]),
    ...plan.allowHosts.flatMap((host) => ['--allow-host', host]),
  ];
}

/** A pod that mounts the results, so that `kubectl cp` can fetch them. It ends by itself. */
export function fetchPod(plan: ClusterPlan): Pod {
  const { fetch, results } = namesOf(plan);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: metadataOf(plan, fetch, 'fetch'),
    spec: podOf({
      restartPolicy: 'Never',
      graceSeconds: 1,
      containers: [
        containerOf({
          name: 'fetch',
          image: plan.image,
          command: ['sleep', String(FETCH_SECONDS)],
          needs: { cores: 0.1, memoryBytes: 64 * 1024 * 1024 },
          mounts: [{ name: 'results', mountPath: PLACES.results, readOnly: true }],
        }),
      ],
      volumes: [{ name: 'results', persistentVolumeClaim: { claimName: results } }],
    }),
  };
}
