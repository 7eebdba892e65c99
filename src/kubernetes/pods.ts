import { namesOf, type ClusterPlan, type PodNeeds } from './cluster-plan.ts';
import type { Container, Labels, Metadata, PodSpec, Volume } from './manifest.ts';

/** Folders in the pods of squall. */
export const PLACES = {
  home: '/squall',
  scenario: '/squall/scenario',
  files: '/squall/files',
  results: '/squall/results',
} as const;

export type Component = 'worker' | 'coordinator' | 'redis' | 'fetch';

/** User and group `node` of the image that `Dockerfile` builds. */
const NODE_USER = 1000;
/** Unit of memory, so that manifests have round numbers, bytes. */
const MEMORY_STEP = 64 * 1024 * 1024;
/** Size of a pod's folder for temporary files: the token record of a shard, and no more. */
const TEMPORARY_SIZE = '256Mi';

export function labelsOf({ name }: Pick<ClusterPlan, 'name'>, component?: Component): Labels {
  const run = { 'app.kubernetes.io/name': 'squall', 'app.kubernetes.io/instance': name };
  return component === undefined ? run : { ...run, 'app.kubernetes.io/component': component };
}

export function metadataOf(plan: ClusterPlan, name: string, component?: Component): Metadata {
  const labels = { ...labelsOf(plan, component), 'app.kubernetes.io/version': plan.version };
  return plan.namespace === null ? { name, labels } : { name, namespace: plan.namespace, labels };
}

/** The pod of any part: no identity in the cluster, no root, no writable image. */
export function podOf(
  parts: Pick<PodSpec, 'containers' | 'initContainers' | 'topologySpreadConstraints'> & {
    readonly user?: number;
    readonly graceSeconds: number;
    readonly restartPolicy?: 'Never';
    readonly volumes: readonly Volume[];
  },
): PodSpec {
  const { user = NODE_USER, graceSeconds, restartPolicy, topologySpreadConstraints, initContainers } = parts;
  return {
    ...(restartPolicy && { restartPolicy }),
    terminationGracePeriodSeconds: graceSeconds,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: user,
      fsGroup: user,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    ...(topologySpreadConstraints && { topologySpreadConstraints }),
    ...(initContainers && { initContainers }),
    containers: parts.containers,
    volumes: [...parts.volumes, { name: 'tmp', emptyDir: { sizeLimit: TEMPORARY_SIZE } }],
  };
}

/** A container of any part: no rights, and memory reserved. */
export function containerOf(
  parts: Pick<Container, 'name' | 'image' | 'command' | 'args' | 'workingDir' | 'ports' | 'env' | 'readinessProbe'> & {
    readonly needs: PodNeeds;
    readonly mounts?: Container['volumeMounts'];
  },
): Container {
  const { name, image, needs, mounts = [], ...rest } = parts;
  const memory = memoryText(needs.memoryBytes);
  return {
    name,
    image,
    imagePullPolicy: 'IfNotPresent',
    ...rest,
    // No limit on processor time: a container that is held back is late, and its run inconclusive.
    resources: { requests: { cpu: String(needs.cores), memory }, limits: { memory } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [...mounts, { name: 'tmp', mountPath: '/tmp' }],
  };
}

/** @example memoryText(300 * 2 ** 20) // '320Mi' */
function memoryText(bytes: number): string {
  return `${(Math.ceil(bytes / MEMORY_STEP) * MEMORY_STEP) / 2 ** 20}Mi`;
}

/**
 * Environment variables from the Secret of the run.
 *
 * @param optional names that the Secret may lack
 */
export function fromSecret(
  plan: ClusterPlan,
  names: readonly string[],
  optional: readonly string[] = [],
): NonNullable<Container['env']> {
  const { secret } = namesOf(plan);
  return names.map((name) => {
    const key = { name: secret, key: name };
    return { name, valueFrom: { secretKeyRef: optional.includes(name) ? { ...key, optional: true } : key } };
  });
}

/** Keys of the Secret that every squall process of the run needs. */
export const KEY = 'SQUALL_KEY';
export const PASSWORD = 'SQUALL_REDIS_PASSWORD';

/** The key of the run, and the password of Redis, which one that was named may do without. */
export function linkEnvironment(plan: ClusterPlan): NonNullable<Container['env']> {
  return fromSecret(plan, [KEY, PASSWORD], plan.redisUrl === null ? [] : [PASSWORD]);
}
