import { Document } from 'yaml';
import type { ClusterPlan } from './cluster-plan.ts';
import { coordinatorJob, fetchPod, resultsClaim, scenarioConfig } from './coordinator.ts';
import { clusterGuide, fetchGuide } from './guide.ts';
import type { Manifest } from './manifest.ts';
import { redisManifests } from './redis.ts';
import { secretTemplate } from './secret.ts';
import { workerJob } from './worker-job.ts';

/**
 * All objects of a run in a cluster, in the order in which they are needed. The Secret is not among them.
 *
 * The coordinator comes before the workers, as the scheduler takes pods in this order: its volume may tie it to one node,
 * which workers would else fill. They wait for it, and it for them.
 */
export function manifestsOf(plan: ClusterPlan): readonly Manifest[] {
  const redis = plan.redisUrl === null ? redisManifests(plan) : [];
  if (!plan.hasCoordinator) return [...redis, workerJob(plan)];
  return [scenarioConfig(plan), ...redis, resultsClaim(plan), coordinatorJob(plan), workerJob(plan)];
}

/**
 * The manifests as one YAML stream for `kubectl apply -f -`. Comments before them say what else their reader does. The
 * template of the Secret is a comment too: applied as it is, it would remove the values of a Secret that has some.
 */
export function manifestText(plan: ClusterPlan): string {
  const template = documentOf(secretTemplate(plan)).toString();
  return stream(clusterGuide(plan, template), manifestsOf(plan));
}

/** The pod that gives the results out, as YAML. */
export function fetchText(plan: ClusterPlan): string {
  return stream(fetchGuide(plan), [fetchPod(plan)]);
}

/** Kubernetes reads YAML 1.1, in which `on` and `yes` are booleans: version 1.1 puts such texts in quotes. */
function documentOf(manifest: Manifest): Document {
  return new Document(manifest, { version: '1.1', aliasDuplicateObjects: false });
}

function stream(guide: string, manifests: readonly Manifest[]): string {
  const comment = guide.replaceAll(/^(?=.)/gm, '# ').replaceAll(/^$/gm, '#');
  const documents = manifests.map((manifest) => `---\n${documentOf(manifest).toString({ lineWidth: 0 })}`);
  return `${comment}\n${documents.join('')}`;
}
