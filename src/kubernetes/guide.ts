import { namesOf, redisUrlOf, REDIS_PORT, type ClusterPlan } from './cluster-plan.ts';
import { KEY, PASSWORD, PLACES } from './pods.ts';
import { secretKeys } from './secret.ts';

/** Kubernetes in which `backoffLimitPerIndex` and `podFailurePolicy` are switched on. */
const LEAST_VERSION = '1.29';

/**
 * The steps of the manifests' reader: secrets, apply, watch, fetch, remove.
 *
 * @param secretTemplate the Secret as YAML, without values
 */
export function clusterGuide(plan: ClusterPlan, secretTemplate: string): string {
  const steps = plan.hasCoordinator
    ? [secretStep(plan, secretTemplate), applyStep(plan), watchStep(plan), fetchStep(), endStep(plan)]
    : [secretStep(plan, secretTemplate), applyStep(plan), ownCoordinatorStep(plan), endStep(plan)];
  const title = `squall ${plan.version}: ${plan.shards} workers, each a pod with one shard${plan.hasCoordinator ? ', and their coordinator' : ''}. Kubernetes ${LEAST_VERSION} or later.`;
  const numbered = steps.map(([first = '', ...rest], index) => [`${index + 1}. ${first}`, ...rest].join('\n'));
  return [title, ...numbered].join('\n\n');
}

/** How to fetch the results with the pod below. */
export function fetchGuide(plan: ClusterPlan): string {
  const { fetch } = namesOf(plan);
  const kubectl = kubectlOf(plan);
  return [
    'A pod that mounts the results of the runs, and ends by itself after 15 minutes:',
    '',
    `   squall k8s … --fetch | ${kubectl} apply -f -`,
    `   ${kubectl} wait --for=condition=Ready pod/${fetch}`,
    `   ${kubectl} cp ${fetch}:${PLACES.results} results`,
    `   ${kubectl} delete pod ${fetch}`,
  ].join('\n');
}

function secretStep(plan: ClusterPlan, template: string): readonly string[] {
  const { secret, files } = namesOf(plan);
  const kubectl = kubectlOf(plan);
  const fileOptions = plan.files.map(({ key, path }) => `--from-file=${quoted(`${key}=${path}`)}`);
  return [
    `The secrets, once: this file holds none. Pods wait until Secret ${secret} is there:`,
    '',
    ...command(`${kubectl} create secret generic ${secret}`, literalOptions(plan)),
    '',
    '   The same as a file, for a tool that keeps Secrets:',
    '',
    template.trimEnd().replaceAll(/^/gm, '     '),
    ...(fileOptions.length === 0 || !plan.hasCoordinator
      ? []
      : [
          '',
          `   The files that the scenario names are Secret ${files}. The coordinator alone reads it, and waits for it:`,
          '',
          ...command(`${kubectl} create secret generic ${files}`, fileOptions),
        ]),
  ];
}

function applyStep(plan: ClusterPlan): readonly string[] {
  return [`The ${plan.hasCoordinator ? 'run' : 'workers'}: squall k8s … | ${kubectlOf(plan)} apply -f -`];
}

function watchStep(plan: ClusterPlan): readonly string[] {
  const { coordinator, worker } = namesOf(plan);
  const kubectl = kubectlOf(plan);
  return [
    'Its progress, its exit code (0 passed, 1 a threshold failed, 2 a mistake in the scenario, 3 inconclusive, 4 refused), and',
    '   the indexes of workers that were lost, which are not the numbers of their shards:',
    '',
    // `logs` of a container that has not begun is refused, or, while no node has its pod, empty.
    `   until ${kubectl} logs -f job/${coordinator} -c coordinator | grep --line-buffered '' ||`,
    `     ${kubectl} get job ${coordinator} -o jsonpath='{.status.failed}' | grep -q 1; do sleep 5; done`,
    `   ${kubectl} get pods -l batch.kubernetes.io/job-name=${coordinator} \\`,
    `     -o jsonpath='{.items[0].status.containerStatuses[0].state.terminated.exitCode}'`,
    `   ${kubectl} get job ${worker} -o jsonpath='{.status.failedIndexes}'`,
    '',
    '   There is no exit code where it waited for workers in vain, and this says why:',
    '',
    `   ${kubectl} logs job/${coordinator} -c wait`,
    '',
    '   Pods that do not begin, and why:',
    '',
    `   ${kubectl} describe pods -l app.kubernetes.io/instance=${plan.name}`,
  ];
}

function fetchStep(): readonly string[] {
  return ['The results folder: squall k8s … --fetch prints a pod that gives it out, and how.'];
}

function ownCoordinatorStep(plan: ClusterPlan): readonly string[] {
  const { secret, redis } = namesOf(plan);
  const kubectl = kubectlOf(plan);
  const isOwn = plan.redisUrl === null;
  const values = [KEY, PASSWORD].map(
    (key) => `   export ${key}="$(${kubectl} get secret ${secret} -o jsonpath='{.data.${key}}' | base64 -d)"`,
  );
  return [
    'The coordinator, in your terminal:',
    '',
    ...(isOwn ? [`   ${kubectl} port-forward service/${redis} ${REDIS_PORT} &`] : []),
    ...values,
    `   squall run … --on ${isOwn ? `redis://127.0.0.1:${REDIS_PORT}` : redisUrlOf(plan)} --shards ${plan.shards}`,
  ];
}

function endStep(plan: ClusterPlan): readonly string[] {
  const { secret, files } = namesOf(plan);
  const kubectl = kubectlOf(plan);
  const ofRun = `-l app.kubernetes.io/instance=${plan.name}`;
  const secrets = plan.hasCoordinator && plan.files.length > 0 ? [secret, files] : [secret];
  return [
    `The end. A Job runs once: remove the Jobs before the next run, and all the rest${plan.hasCoordinator ? ', with the results,' : ''} after the last one:`,
    '',
    `   ${kubectl} delete jobs ${ofRun}`,
    `   ${kubectl} delete all,configmaps,networkpolicies,persistentvolumeclaims ${ofRun}`,
    `   ${kubectl} delete secret ${secrets.join(' ')}`,
  ];
}

/** The Secret's values as options of `kubectl create secret generic`; of the environment they come from the shell. */
function literalOptions(plan: ClusterPlan): readonly string[] {
  const made = new Map([[KEY, '$(openssl rand -base64 32)']]);
  if (plan.redisUrl === null) made.set(PASSWORD, '$(openssl rand -hex 24)');
  return secretKeys(plan).map((key) => `--from-literal=${key}="${made.get(key) ?? `$${key}`}"`);
}

/** A command with one option a line. */
function command(start: string, options: readonly string[]): readonly string[] {
  return [`   ${start} \\`, ...options.map((each, n) => `     ${each}${n === options.length - 1 ? '' : ' \\'}`)];
}

function kubectlOf({ namespace }: ClusterPlan): string {
  return namespace === null ? 'kubectl' : `kubectl -n ${namespace}`;
}

/** Text as one word of a POSIX shell. */
function quoted(text: string): string {
  return /^[\w./=@%+:,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
