import { namesOf, REDIS_PORT, type ClusterPlan } from './cluster-plan.ts';
import type { Deployment, NetworkPolicy, Service } from './manifest.ts';
import { containerOf, fromSecret, labelsOf, metadataOf, PASSWORD, podOf } from './pods.ts';

const IMAGE = 'redis:7.2-alpine';
/** User `redis` of the image. */
const REDIS_USER = 999;
/** Name of the port. */
const PORT = 'redis';
/** Memory of Redis without streams, bytes. */
const BASE_BYTES = 128 * 1024 * 1024;
/** Memory of a shard's streams, which are trimmed: at most 100 frames each way, and its plan with its users, bytes. */
const SHARD_BYTES = 16 * 1024 * 1024;

/**
 * Keeps nothing on disk: keys live as long as the run. The password comes on stdin, since a command line can be seen in
 * the list of processes. Redis takes the shell's place, as the shell would not hand SIGTERM on.
 */
const START = [
  `exec redis-server - --port ${REDIS_PORT} --save '' --appendonly no --maxmemory-policy noeviction <<END`,
  `requirepass "$${PASSWORD}"`,
  'END\n',
].join('\n');

/** A Redis of the run's own: the pod, its name in the cluster, and who may connect to it. */
export function redisManifests(plan: ClusterPlan): readonly (Deployment | Service | NetworkPolicy)[] {
  const { redis } = namesOf(plan);
  const labels = labelsOf(plan, 'redis');
  const metadata = metadataOf(plan, redis, 'redis');
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: 1,
        strategy: { type: 'Recreate' },
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: podOf({
            user: REDIS_USER,
            graceSeconds: 5,
            containers: [
              containerOf({
                name: 'redis',
                image: IMAGE,
                command: ['sh', '-c', START],
                ports: [{ name: PORT, containerPort: REDIS_PORT }],
                env: fromSecret(plan, [PASSWORD]),
                readinessProbe: { tcpSocket: { port: PORT }, periodSeconds: 2 },
                needs: { cores: 0.5, memoryBytes: BASE_BYTES + plan.shards * SHARD_BYTES },
              }),
            ],
            volumes: [],
          }),
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: labels, ports: [{ name: PORT, port: REDIS_PORT, targetPort: PORT }] },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata,
      spec: {
        podSelector: { matchLabels: labels },
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ podSelector: { matchLabels: labelsOf(plan) } }], ports: [{ port: PORT }] }],
      },
    },
  ];
}
