import { statSync } from 'node:fs';
import { fetchText, manifestText } from '../kubernetes/manifests.ts';
import { objectName, type ClusterPlan } from '../kubernetes/cluster-plan.ts';
import { scenarioForPods } from '../kubernetes/scenario-for-pods.ts';
import { checkAhead } from '../live/run/check-ahead.ts';
import { coordinatorNeeds, shardNeeds } from '../live/health/shard-needs.ts';
import { portRoom } from '../live/health/source-plan.ts';
import { VERSION } from '../metrics/version.ts';
import { ALLOW_HOST_FLAG, allowing } from './terminal/allow-host.ts';
import { text, wholeNumber } from './terminal/arguments.ts';
import { EXIT } from './terminal/exit-code.ts';
import { checkCoordinator, checkSizes, checkWorkers, isNear } from './machines/in-pods.ts';
import { log, print } from './terminal/output.ts';
import { SCENARIO_FLAGS, readScenario } from './scenarios/scenarios.ts';
import { redisUrl } from './machines/redis-url.ts';
import { UsageError } from './terminal/usage-error.ts';
import { required, verb } from './terminal/verb.ts';

/** Most shards of a run, as for `--shard`. */
const SHARDS_MAX = 1000;
/** Source ports of a pod, whose network is its own: Linux's default range. */
const POD_PORTS = { low: 32_768, high: 60_999 } as const;
/** Name of a namespace (RFC 1123). */
const NAMESPACE = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
/** Name of a container image: no blanks, no quotes. */
const IMAGE = /^[\w][\w./:@-]{0,254}$/;

export const k8s = verb({
  command: 'k8s <scenario>',
  summary: 'Print Kubernetes manifests that run a scenario on many pods',
  details:
    'Prints Kubernetes manifests for `kubectl apply -f -`: the workers as an Indexed Job, one pod for each shard; the coordinator as a Job,\n' +
    'which succeeds if the run does; the scenario as a ConfigMap; a volume for results; and a Redis, unless --redis names one.\n' +
    'Comments at the top have the commands for secrets, progress, exit code, results and removal. No secret is printed.',
  positionals: { scenario: required('A scenario file, or the name of a bundled one') },
  flags: {
    shards: {
      type: 'string',
      demandOption: true,
      coerce: wholeNumber('--shards', 1, SHARDS_MAX),
      describe: 'Number of worker pods, each with one share of the clients',
    },
    image: {
      type: 'string',
      default: `squall:${VERSION}`,
      coerce: text('--image'),
      describe: 'Image of squall, which Dockerfile builds',
    },
    namespace: { type: 'string', coerce: text('--namespace'), describe: 'Namespace of all objects' },
    redis: {
      type: 'string',
      coerce: redisUrl('--redis'),
      describe: 'A Redis that is there, such as rediss://redis.example.com',
    },
    coordinator: {
      type: 'boolean',
      default: true,
      describe: '--no-coordinator: the workers alone, for a coordinator in your terminal',
    },
    fetch: { type: 'boolean', default: false, describe: 'Print a pod that gives the results out, and how, instead' },
    ...SCENARIO_FLAGS,
    'allow-host': ALLOW_HOST_FLAG,
  },
  examples: [
    ['$0 k8s staging.yaml --shards 8 | kubectl apply -f -', 'eight workers, a coordinator and a Redis'],
    ['$0 k8s staging.yaml --shards 8 --fetch | kubectl apply -f -', 'a pod from which `kubectl cp` takes the results'],
    ['$0 k8s staging.yaml --shards 8 --no-coordinator', 'workers alone: watch the run in your terminal'],
    ['$0 k8s staging.yaml --shards 8 --redis rediss://load@redis.example.com', 'with a Redis of your own'],
  ],
  async run({ scenario: path, shards, coordinator, image, namespace, redis, fetch, set, allowFile, allowHost }) {
    const scenario = readScenario(path, set, allowFile);
    checkWorkers(scenario, shards);
    if (coordinator) {
      checkCoordinator(scenario);
      await checkAhead(allowing(scenario, allowHost), { exec: false, hosts: allowHost });
    }
    const carried = scenarioForPods(scenario);
    if (coordinator) checkSizes(carried.text, carried.files, (file) => statSync(file).size);
    const clients = Math.ceil(scenario.clients.count / shards);
    const plan: ClusterPlan = {
      name: objectName(scenario.name),
      namespace: checkedName('--namespace', namespace, NAMESPACE) ?? null,
      image: checkedName('--image', image, IMAGE) ?? `squall:${VERSION}`,
      version: VERSION,
      redisUrl: redis === undefined ? null : checkedRedis(redis),
      shards,
      durationMs: scenario.durationMs,
      scenario: carried.text,
      files: carried.files,
      environment: carried.environment,
      allowHosts: allowHost,
      hasCoordinator: coordinator,
      workerNeeds: shardNeeds(clients),
      coordinatorNeeds: coordinatorNeeds(shards, scenario.durationMs),
    };
    const room = portRoom(POD_PORTS, 0);
    if (clients > room) {
      const enough = Math.ceil(scenario.clients.count / room);
      log(
        `warning: ${clients} clients of each shard need more than the ${room} source ports that a pod has for each address of the target: take --shards ${enough}`,
      );
    }
    print(fetch ? fetchText(plan) : manifestText(plan));
    return EXIT.pass;
  },
});

/** @throws {UsageError} for a name that Kubernetes would refuse */
function checkedName(option: string, name: string | undefined, pattern: RegExp): string | undefined {
  if (name === undefined || pattern.test(name)) return name;
  throw new UsageError(`${option} ${name}: Kubernetes takes no such name; it has to match ${pattern.source}`);
}

/** @throws {UsageError} for a Redis that pods do not reach, or a URL with a password */
function checkedRedis(given: string): string {
  const url = new URL(given);
  if (isNear(url.hostname)) {
    throw new UsageError(
      `--redis: ${url.hostname} is the pod itself for each worker: name Redis as the cluster knows it`,
    );
  }
  if (url.password !== '') {
    throw new UsageError(
      '--redis: a manifest is no place for a password: remove it from the URL, and put it into the Secret as SQUALL_REDIS_PASSWORD',
    );
  }
  return url.href;
}
