import type { NamedFile } from './scenario-for-pods.ts';

/** Memory and processor time that a pod asks for. */
export interface PodNeeds {
  readonly memoryBytes: number;
  readonly cores: number;
}

/** A run in a cluster: all that its manifests say. */
export interface ClusterPlan {
  /** name of the run's objects, or the beginning of it */
  readonly name: string;
  /** null: the namespace of whom applies the manifests */
  readonly namespace: string | null;
  readonly image: string;
  readonly version: string;
  /** URL of a Redis that is there, without a password; null: one is among the manifests */
  readonly redisUrl: string | null;
  readonly shards: number;
  readonly durationMs: number;
  /** the scenario's YAML, with the paths of its files in the coordinator's pod */
  readonly scenario: string;
  readonly files: readonly NamedFile[];
  /** variables of the environment that the scenario's templates name */
  readonly environment: readonly string[];
  /** hosts that were allowed on the command line */
  readonly allowHosts: readonly string[];
  /** whether the coordinator runs in the cluster, too */
  readonly hasCoordinator: boolean;
  readonly workerNeeds: PodNeeds;
  readonly coordinatorNeeds: PodNeeds;
}

/** Longest suffix of an object's name, as in `-coordinator-fetch`. */
const SUFFIX_CHARS = 20;
/** Longest name of a pod's host (RFC 1123). */
const LABEL_CHARS = 63;

/**
 * The name of a run's objects, from the scenario's name.
 *
 * @example objectName('Deploy_Drop.v2') // 'squall-deploy-drop-v2'
 */
export function objectName(scenario: string): string {
  const slug = scenario
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, LABEL_CHARS - SUFFIX_CHARS - 'squall-'.length)
    .replaceAll(/^-+|-+$/g, '');
  return slug === '' ? 'squall' : `squall-${slug}`;
}

/** Names of the objects of one run. */
export function namesOf({ name }: Pick<ClusterPlan, 'name'>) {
  return {
    secret: name,
    files: `${name}-files`,
    scenario: `${name}-scenario`,
    results: `${name}-results`,
    redis: `${name}-redis`,
    worker: `${name}-worker`,
    coordinator: `${name}-coordinator`,
    fetch: `${name}-fetch`,
  } as const;
}

/** Port of Redis. */
export const REDIS_PORT = 6379;

/** URL at which the pods reach Redis; its password stands in their environment. */
export function redisUrlOf(plan: Pick<ClusterPlan, 'name' | 'redisUrl'>): string {
  return plan.redisUrl ?? `redis://${namesOf(plan).redis}:${REDIS_PORT}`;
}
