import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { Scenario } from '../scenario/scenario.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import { objectName, type ClusterPlan } from './cluster-plan.ts';
import type { Job, Manifest, PodSpec } from './manifest.ts';
import { coordinatorJob, fetchPod } from './coordinator.ts';
import { fetchText, manifestsOf, manifestText } from './manifests.ts';
import { scenarioForPods } from './scenario-for-pods.ts';
import { secretTemplate } from './secret.ts';
import { workerJob } from './worker-job.ts';

const schema = new URL('../testing/schemas/kubernetes-1.34.json', import.meta.url);
const isManifest = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(schema, 'utf8')) as object);

const MIB = 2 ** 20;

const SCENARIO = parseScenario(
  `name: Staging.storm
duration: 90s
target:
  url: wss://staging.example.com/rt?key={env.URL_KEY}
  allow: [staging.example.com, auth.example.com]
  headers: { X-Api-Key: '{env.API_KEY}' }
  tls: { ca: certificates/ca.pem, cert: one/client.pem, key: two/client.pem }
users: { file: "our users.csv", out: "our users.csv" }
tokens:
  source:
    file: { refresh: '{user.refresh}' }
    oauth2: { url: https://auth.example.com/token, clientId: web, clientSecret: '{env.CLIENT_SECRET}' }
clients: { count: 8000 }
`,
  'staging.yaml',
);

function planOf(scenario: Scenario, changes: Partial<ClusterPlan> = {}): ClusterPlan {
  const { text, files, environment } = scenarioForPods(scenario);
  return {
    name: objectName(scenario.name),
    namespace: null,
    image: 'registry.example.com/squall:1',
    version: '1.0.0',
    redisUrl: null,
    shards: 8,
    durationMs: scenario.durationMs,
    scenario: text,
    files,
    environment,
    allowHosts: [],
    hasCoordinator: true,
    workerNeeds: { memoryBytes: 300 * MIB, cores: 1 },
    coordinatorNeeds: { memoryBytes: 512 * MIB, cores: 1 },
    ...changes,
  };
}

const PLANS: readonly (readonly [string, ClusterPlan])[] = [
  ['all objects', planOf(SCENARIO)],
  ['a Redis that is there', planOf(SCENARIO, { redisUrl: 'rediss://load@redis.example.com:6380' })],
  [
    'a namespace, and hosts allowed on the command line',
    planOf(SCENARIO, { namespace: 'load', allowHosts: ['no', 'off'] }),
  ],
  ['workers alone', planOf(SCENARIO, { hasCoordinator: false })],
  ['no files and no environment', planOf(SCENARIO, { files: [], environment: [] })],
];

/** A Job with the defaults that Kubernetes has for pods of it. */
function podOf(manifest: Job): PodSpec {
  return manifest.spec.template.spec;
}

function parsed(text: string): readonly unknown[] {
  return parseAllDocuments(text, { version: '1.1' }).map((document) => document.toJS() as unknown);
}

describe('manifests', () => {
  it.each(PLANS)('are of the schema of Kubernetes 1.34: %s', (_, plan) => {
    for (const manifest of [...manifestsOf(plan), secretTemplate(plan), fetchPod(plan)]) {
      expect(isManifest(manifest), `${manifest.kind}: ${JSON.stringify(isManifest.errors)}`).toBe(true);
    }
  });

  it('would not be of the schema with a mistyped key, or an object that squall does not use', () => {
    const job = workerJob(planOf(SCENARIO));
    expect(isManifest(job)).toBe(true);
    expect(isManifest({ ...job, spec: { ...job.spec, backoffLimitPerIndx: 0 } })).toBe(false);
    expect(isManifest({ ...job, spec: { ...job.spec, completions: '8' } })).toBe(false);
    expect(isManifest({ ...job, apiVersion: 'batch/v1beta1' })).toBe(false);
  });

  it.each(PLANS)('are printed as YAML 1.1 that reads back the same: %s', (_, plan) => {
    expect(parsed(manifestText(plan))).toEqual(manifestsOf(plan));
    expect(parsed(fetchText(plan))).toEqual([fetchPod(plan)]);
  });

  it.each([
    ['all objects', {}, 'ConfigMap Deployment Service NetworkPolicy PersistentVolumeClaim Job Job'],
    ['a Redis that is there', { redisUrl: 'redis://redis.example.com' }, 'ConfigMap PersistentVolumeClaim Job Job'],
    ['workers alone', { hasCoordinator: false }, 'Deployment Service NetworkPolicy Job'],
  ])('are those that are needed: %s', (_, changes, kinds) => {
    const manifests = manifestsOf(planOf(SCENARIO, changes));
    expect(manifests.map(({ kind }) => kind).join(' ')).toBe(kinds);
  });

  it('stand in the namespace that is named', () => {
    const namespaces = manifestsOf(planOf(SCENARIO, { namespace: 'load' })).map(({ metadata }) => metadata.namespace);
    expect(new Set(namespaces)).toEqual(new Set(['load']));
    const text = manifestText(planOf(SCENARIO, { namespace: 'load' }));
    expect(text).toContain('kubectl -n load create secret generic');
  });

  it('let the coordinator have its node before the workers fill it', () => {
    const jobs = manifestsOf(planOf(SCENARIO)).filter(({ kind }) => kind === 'Job');
    expect(jobs.map(({ metadata }) => metadata.name)).toEqual([
      'squall-staging-storm-coordinator',
      'squall-staging-storm-worker',
    ]);
  });

  it('hold no secret: the Secret has keys without values, and stands in a comment', () => {
    const plan = planOf(SCENARIO);
    expect(secretTemplate(plan).stringData).toEqual({
      SQUALL_KEY: '',
      SQUALL_REDIS_PASSWORD: '',
      API_KEY: '',
      CLIENT_SECRET: '',
      URL_KEY: '',
    });
    expect(manifestsOf(plan).map(({ kind }) => kind)).not.toContain('Secret');
    expect(manifestText(plan)).toContain('#        CLIENT_SECRET: ""\n');
  });

  it.each(PLANS)('let no pod be root, write to its image, or gain rights: %s', (_, plan) => {
    const pods = [...manifestsOf(plan), fetchPod(plan)].flatMap((manifest) => podsIn(manifest));
    expect(pods.length).toBeGreaterThan(1);
    for (const pod of pods) {
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      });
      for (const { securityContext } of [...(pod.initContainers ?? []), ...pod.containers]) {
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
      }
    }
  });
});

function podsIn(manifest: Manifest): readonly PodSpec[] {
  if (manifest.kind === 'Pod') return [manifest.spec];
  return manifest.kind === 'Job' || manifest.kind === 'Deployment' ? [manifest.spec.template.spec] : [];
}

describe('the workers', () => {
  const job = workerJob(planOf(SCENARIO));

  it('are one pod for each shard, all at once, and a lost one is never replaced', () => {
    expect(job.spec).toMatchObject({
      completionMode: 'Indexed',
      completions: 8,
      parallelism: 8,
      backoffLimitPerIndex: 0,
      template: { spec: { restartPolicy: 'Never' } },
    });
    expect(job.spec.podFailurePolicy?.rules.map(({ action }) => action)).toEqual(['FailJob', 'FailIndex', 'FailIndex']);
  });

  it('wait for a coordinator in a terminal as long as its user likes', () => {
    const alone = workerJob(planOf(SCENARIO, { hasCoordinator: false }));
    expect(podOf(alone).containers[0].args).not.toContain('--wait');
  });

  it('are spread over the nodes, by the labels of their pods', () => {
    const [spread] = podOf(job).topologySpreadConstraints ?? [];
    expect(spread).toMatchObject({ maxSkew: 1, topologyKey: 'kubernetes.io/hostname' });
    expect(spread?.labelSelector.matchLabels).toEqual(job.spec.template.metadata.labels);
  });

  it('hold one shard each, wait for Redis, and reserve memory in round numbers', () => {
    const [container] = podOf(job).containers;
    expect(container.args?.join(' ')).toBe(
      'worker --once --wait 30m --slots 1 redis://squall-staging-storm-redis:6379',
    );
    expect(podOf(job).initContainers?.[0]?.args?.join(' ')).toContain('--slots 0 --wait 15m');
    expect(container.resources).toEqual({ requests: { cpu: '1', memory: '320Mi' }, limits: { memory: '320Mi' } });
  });

  it('know the key and the password of Redis, and nothing of the scenario', () => {
    const [{ env = [] }] = podOf(job).containers;
    expect(env.map(({ name }) => name)).toEqual(['SQUALL_KEY', 'SQUALL_REDIS_PASSWORD']);
  });

  it('do without a password where Redis has none', () => {
    const [{ env = [], args = [] }] = podOf(
      workerJob(planOf(SCENARIO, { redisUrl: 'redis://redis.load.svc' })),
    ).containers;
    expect(env.map(({ valueFrom: { secretKeyRef } }) => secretKeyRef.optional)).toEqual([undefined, true]);
    expect(args.at(-1)).toBe('redis://redis.load.svc');
  });
});

describe('the coordinator', () => {
  const plan = planOf(SCENARIO, { allowHosts: ['staging.example.com'] });
  const job = coordinatorJob(plan);

  it('runs once, so that its exit code is the result of its Job', () => {
    expect(job.spec.backoffLimit).toBe(0);
    expect(podOf(job).restartPolicy).toBe('Never');
    expect(podOf(job).initContainers?.[0]?.args?.join(' ')).toContain('--slots 8 --wait 15m');
  });

  it('runs the scenario of the ConfigMap over all shards, and writes reports to the volume', () => {
    expect(podOf(job).containers[0].args?.join(' ')).toBe(
      'run /squall/scenario/scenario.yaml --on redis://squall-staging-storm-redis:6379 --shards 8 --results /squall/results --report junit=/squall/results/junit.xml --report markdown=/squall/results/report.md --allow-host staging.example.com',
    );
  });

  it('has what the templates of the scenario name in its environment', () => {
    const names = podOf(job).containers[0].env?.map(({ name }) => name);
    expect(names).toEqual(['SQUALL_KEY', 'SQUALL_REDIS_PASSWORD', 'API_KEY', 'CLIENT_SECRET', 'URL_KEY']);
  });

  it('mounts the volumes that it has', () => {
    const [{ volumeMounts }] = podOf(job).containers;
    expect(volumeMounts.map(({ name }) => name)).toEqual(podOf(job).volumes.map(({ name }) => name));
    const without = podOf(coordinatorJob(planOf(SCENARIO, { files: [] })));
    expect(without.volumes.map(({ name }) => name)).toEqual(['scenario', 'results', 'tmp']);
  });
});

describe('a scenario for pods', () => {
  const carried = scenarioForPods(SCENARIO);

  it('names its files where they are mounted, each by a key of its own', () => {
    expect(carried.files.map(({ key }) => key)).toEqual(['ca.pem', 'client.pem', '2-client.pem', 'our-users.csv']);
    expect(carried.text).toContain(
      'ca: /squall/files/ca.pem\n    cert: /squall/files/client.pem\n    key: /squall/files/2-client.pem',
    );
  });

  it('keeps the newest tokens on the volume', () => {
    expect(carried.text).toContain(
      'file: /squall/files/our-users.csv\n  share: none\n  out: /squall/results/our-users.csv',
    );
  });

  it('is otherwise the same scenario', () => {
    const again = parseScenario(carried.text, 'scenario.yaml');
    expect({ ...again, target: null, users: null }).toEqual({ ...SCENARIO, target: null, users: null });
  });
});

describe('the name of the objects', () => {
  it.each([
    ['Deploy_Drop.v2', 'squall-deploy-drop-v2'],
    ['---', 'squall'],
    ['ümlaut', 'squall-mlaut'],
    [`${'a'.repeat(35)}-b`, `squall-${'a'.repeat(35)}`],
  ])('of %s is %s', (scenario, name) => {
    expect(objectName(scenario)).toBe(name);
  });

  it('leaves room for the longest suffix and the number of a pod', () => {
    expect(`${objectName('x'.repeat(200))}-coordinator-99999`.length).toBeLessThanOrEqual(63);
  });
});
