import { namesOf, type ClusterPlan } from './cluster-plan.ts';
import type { Secret } from './manifest.ts';
import { KEY, metadataOf, PASSWORD } from './pods.ts';

/** Keys of the run's Secret. Only the coordinator needs the environment of the scenario. */
export function secretKeys({ environment, hasCoordinator }: ClusterPlan): readonly string[] {
  return [KEY, PASSWORD, ...(hasCoordinator ? environment : [])];
}

/** The Secret of the run, with every key and no value. */
export function secretTemplate(plan: ClusterPlan): Secret {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: metadataOf(plan, namesOf(plan).secret),
    type: 'Opaque',
    stringData: Object.fromEntries(secretKeys(plan).map((key) => [key, ''])),
  };
}
