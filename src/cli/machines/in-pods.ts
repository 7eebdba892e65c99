import { isIP } from 'node:net';
import { faultLabel } from '../../core/fault/label.ts';
import { holesOf } from '../../core/template/template.ts';
import { isLoopback } from '../../live/network/resolve.ts';
import { printed } from '../../scenario/resolved-yaml.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { sharesTokens } from '../../scenario/shares-tokens.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** Bytes of all values of a Secret or ConfigMap that Kubernetes takes. */
const MAX_OBJECT_BYTES = 1024 * 1024;
/** Bytes of an object that `kubectl apply` can keep in the annotation with which it compares the next one. */
const MAX_APPLIED_BYTES = 250_000;

const OWN_COORDINATOR = 'leave the coordinator out of the cluster (--no-coordinator), and run it where you are';

/**
 * Checks that workers in pods can hold the shards of a scenario.
 *
 * @throws {UsageError}
 */
export function checkWorkers(scenario: Scenario, shards: number): void {
  const { target, clients } = scenario;
  if (target.kind === 'embedded') {
    throw new UsageError(
      'the embedded target would listen within the pod of the coordinator, where no worker reaches it: name a server that pods reach as target.url',
    );
  }
  if (target.protocol.kind === 'module') {
    throw new UsageError(
      'target.protocol: the image of the workers lacks the code of your module: write the protocol as `json`, or run the scenario on one machine',
    );
  }
  const keys = printed(scenario);
  refuseLoopback({ target: keys['target'], tokens: keys['tokens'] }, 'each worker');
  if (sharesTokens(scenario)) {
    throw new UsageError(
      'devices of a user share tokens (flight: user), and a shard would hold some of them only: set flight: client, or run the scenario on one machine',
    );
  }
  if (shards > clients.count) {
    throw new UsageError(`--shards ${shards}: there are ${clients.count} clients; take fewer shards`);
  }
}

/**
 * Checks that the coordinator, too, can run in a pod.
 *
 * @throws {UsageError}
 */
export function checkCoordinator(scenario: Scenario): void {
  const { target, faults } = scenario;
  refuseLoopback({ faults: printed(scenario)['faults'] }, 'the coordinator');
  const command = faults.find(({ kind }) => kind === 'exec');
  if (command !== undefined) {
    throw new UsageError(
      `the fault \`${faultLabel(command)}\` would run its command in the coordinator's container: ${OWN_COORDINATOR}`,
    );
  }
  const tls = target.kind === 'url' ? target.tls : null;
  for (const key of ['cert', 'key'] as const) {
    if (tls === null || tls[key] === null || holesOf(tls[key]).length === 0) continue;
    throw new UsageError(
      `target.tls.${key}: a Secret holds no folder with a certificate for each client: ${OWN_COORDINATOR}`,
    );
  }
}

/**
 * Checks that scenario and files fit into the objects that carry them.
 *
 * @param bytesOf size of a file
 * @throws {UsageError}
 */
export function checkSizes(
  text: string,
  files: readonly { readonly path: string }[],
  bytesOf: (path: string) => number,
): void {
  const scenarioBytes = Buffer.byteLength(text);
  if (scenarioBytes > MAX_APPLIED_BYTES) {
    throw new UsageError(
      `the scenario has ${scenarioBytes} bytes with every default; \`kubectl apply\` takes ${MAX_APPLIED_BYTES}: ${OWN_COORDINATOR}`,
    );
  }
  const bytes = files.reduce((sum, { path }) => sum + bytesOf(path), 0);
  if (bytes <= MAX_OBJECT_BYTES) return;
  throw new UsageError(
    `the files of the scenario have ${bytes} bytes; a Secret takes ${MAX_OBJECT_BYTES}: ${OWN_COORDINATOR}`,
  );
}

/**
 * Refuses URLs that lead to the machine which asks.
 *
 * @param parts parts of a printed scenario
 * @param who the pods that would ask
 * @throws {UsageError}
 */
function refuseLoopback(parts: Readonly<Record<string, unknown>>, who: string): void {
  const near = loopbackIn(parts, '');
  if (near === null) return;
  throw new UsageError(
    `${near.path}: ${near.host} is the pod itself for ${who}: name the service as the cluster knows it, such as my-service.my-namespace.svc`,
  );
}

const URL_START = /^[a-z][a-z\d+.-]*:\/\/(?:[^/?#]*@)?(\[[^\]]*\]|[^/?#:]*)/i;

function loopbackIn(value: unknown, path: string): { readonly path: string; readonly host: string } | null {
  if (typeof value === 'string') {
    const host = URL_START.exec(value)?.[1];
    return host !== undefined && isNear(host) ? { path, host } : null;
  }
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    const found = loopbackIn(inner, path === '' ? key : `${path}.${key}`);
    if (found !== null) return found;
  }
  return null;
}

/** Whether a host, as it stands in a URL, is the machine that asks. */
export function isNear(written: string): boolean {
  const host = written.replaceAll(/^\[|\]$/g, '').toLowerCase();
  return isIP(host) === 0 ? host === 'localhost' || host.endsWith('.localhost') : isLoopback(host);
}
