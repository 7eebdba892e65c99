import { randomBytes } from 'node:crypto';
import { claimTable } from '../../identity/claims.ts';
import { bindIdentity } from '../../identity/bind-identity.ts';
import { checkFileTokens } from '../../identity/file-tokens.ts';
import { type Users, usersOf } from '../../identity/users.ts';
import { type UsersOut, usersOutOf } from '../../identity/users-out.ts';
import { Environment } from '../../core/template/environment.ts';
import { MAX_LIVE_RUN_MS } from '../../scenario/limits.ts';
import { ScenarioError } from '../../scenario/problem.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { roomForClients, type Rehearsals, type TargetConfig } from '../../embedded/protocol.ts';
import { bindProtocol } from './bind-protocol.ts';
import { coldEventsOf, warmingEvents } from '../shard/cold-events.ts';
import { checkEnvironmentUse, type Consent } from '../network/consent.ts';
import { checkSigningKey, privateKey } from '../network/private-key.ts';
import { proxyPlan } from '../network/proxy-plan.ts';
import { reachable } from '../network/reachable.ts';
import { askDns, endpointOf, resolveAllowed } from '../network/resolve.ts';
import type { TokenAccess } from '../tokens/token-access.ts';
import { Target, type TargetEvents } from '../target/target.ts';
import { tlsPlan } from '../network/tls-plan.ts';
import { isNear, plainEndpoint, prepareEndpoint } from '../tokens/token-endpoint.ts';
import { PLAIN_UPGRADE, type UpgradePlan } from '../socket/upgrade-form.ts';
import { upgradePlan } from '../socket/upgrade-plan.ts';
import type { Endpoint } from '../network/endpoint.ts';

/** Files that the embedded target writes (null: none), and the wall clock of the run. */
export type TargetExtras = Pick<TargetConfig, 'journalFile' | 'accessLogFile' | 'wallAnchor'>;

export const NO_EXTRAS: TargetExtras = { journalFile: null, accessLogFile: null, wallAnchor: null };

/** Addresses, tokens and rate caps of a run. */
export interface RunSetup {
  /** the scenario, with the environment's values in the templates that workers fill */
  readonly scenario: Scenario;
  /** clients dial one of them */
  readonly gateways: readonly Endpoint[];
  /** addresses of the target's name that took no connection, which no client dials */
  readonly unreachable: readonly string[];
  readonly upgrade: UpgradePlan;
  readonly access: TokenAccess;
  /** null: clients stand for nobody */
  readonly users: Users | null;
  /** file in which the newest tokens are kept; null: none */
  readonly usersOut: UsersOut | null;
  /** most attempts per second of all workers; Infinity on loopback */
  readonly maxAttemptsPerSecond: number;
  /** most token requests per second of all workers; Infinity on loopback */
  readonly maxRequestsPerSecond: number;
  /** values of the environment that the scenario's templates use */
  readonly secrets: readonly string[];
  /** embedded target; null: the target is foreign */
  readonly target: Target | null;
}

const LOOPBACK = '127.0.0.1';

/**
 * Starts the embedded target, or looks up the foreign one and checks that it may be addressed.
 *
 * @throws RunRefused when the target may not be addressed, or cannot be found
 * @throws ScenarioError when it is too long for real sockets, a variable of the environment that a template names is not set, or a file that it names does not hold what the clients need
 */
export async function prepareRun(
  written: Scenario,
  extras: TargetExtras,
  events: TargetEvents,
  consent: Consent,
): Promise<RunSetup> {
  checkLength(written);
  checkEnvironmentUse(written, consent);
  const environment = new Environment((name) => process.env[name]);
  const scenario = bindProtocol(bindIdentity(written, environment), environment);
  const upgrade = upgradePlan(scenario, environment);
  checkEnvironment(environment, scenario.name);
  const users = usersOf(scenario);
  checkFileTokens(scenario, users);
  const privateJwk = await privateKey(scenario);
  const identity = { users, usersOut: usersOutOf(scenario, users) };
  if (scenario.target.kind === 'embedded')
    return embedded(scenario, privateJwk, { ...identity, secrets: [...environment.used] }, extras, events);
  const { target } = scenario;
  const url = new URL(target.url);
  const proxy = await proxyPlan(target.proxy, target.allow, environment);
  checkEnvironment(environment, scenario.name);
  const resolved = await resolveAllowed(url, target.allow, askDns, proxy);
  const service = scenario.tokens.source.endpoint;
  if (!resolved.loopback) await checkSigningKey(scenario, privateJwk, url);
  const tls = tlsPlan(scenario, users === null ? null : (user) => users.rowOf(user));
  const way = { tls, proxy, servername: target.tls?.servername ?? null };
  const addresses =
    proxy === null ? await reachable(resolved.addresses, endpointOf(url, '').port) : resolved.addresses.slice(0, 1);
  const endpoint = service === null ? null : await prepareEndpoint(service, environment, target.allow, way);
  checkEnvironment(environment, scenario.name);
  // Each attempt asks for a ticket.
  const asksFar = service !== null && service.ticket !== null && !isNear(endpoint);
  // A negotiation may lead to any host that is allowed.
  const { protocol } = target;
  const mayLeadFar = protocol.kind === 'signalr' && !protocol.skipNegotiation && target.allow.length > 0;
  return {
    gateways: addresses.map((address) => endpointOf(url, address, way)),
    unreachable: proxy === null ? resolved.addresses.filter((address) => !addresses.includes(address)) : [],
    upgrade,
    access: {
      privateJwk,
      endpoint,
      refreshSecret: null,
    },
    scenario,
    ...identity,
    secrets: [...environment.used],
    maxAttemptsPerSecond: resolved.loopback && !asksFar && !mayLeadFar ? Infinity : target.maxAttemptsPerSecond,
    maxRequestsPerSecond: isNear(endpoint) ? Infinity : target.maxAttemptsPerSecond,
    target: null,
  };
}

/** Refuses a scenario that names variables of the environment that are not set. */
function checkEnvironment({ unset }: Environment, file: string): void {
  if (unset.length === 0) return;
  throw new ScenarioError(
    unset.map(({ path, name }) => ({
      place: { file },
      path,
      message: `the environment variable ${name} is not set — set it, or remove {env.${name}}`,
    })),
  );
}

/** @throws ScenarioError for a run that is longer than real sockets last */
export function checkLength({ durationMs, name }: Scenario): void {
  if (durationMs <= MAX_LIVE_RUN_MS) return;
  const message = `a run on real sockets lasts ${MAX_LIVE_RUN_MS / 3_600_000}h at most — set duration=1h, or use squall simulate`;
  throw new ScenarioError([{ place: { file: name }, path: 'duration', message }]);
}

async function embedded(
  scenario: Scenario,
  privateJwk: TokenAccess['privateJwk'],
  identity: Pick<RunSetup, 'users' | 'usersOut' | 'secrets'>,
  extras: TargetExtras,
  events: TargetEvents,
): Promise<RunSetup> {
  const refreshSecret = randomBytes(32).toString('base64url');
  const gateways = scenario.target.kind === 'embedded' ? scenario.target.gateways : 1;
  const config = targetConfig(scenario, privateJwk, refreshSecret, extras, identity.users);
  const target = await Target.start(config, gateways, events);
  return {
    gateways: target.gatewayUrls.map((url) => ({
      ...endpointOf(new URL(url), LOOPBACK),
      ours: true,
    })),
    unreachable: [],
    upgrade: PLAIN_UPGRADE,
    access: { privateJwk, endpoint: plainEndpoint(target.tokenUrl, LOOPBACK), refreshSecret },
    scenario,
    ...identity,
    maxAttemptsPerSecond: Infinity,
    maxRequestsPerSecond: Infinity,
    target,
  };
}

export function targetConfig(
  scenario: Scenario,
  privateJwk: TokenAccess['privateJwk'],
  refreshSecret: string,
  extras: TargetExtras,
  users: Users | null = null,
): TargetConfig {
  if (scenario.target.kind !== 'embedded') throw new TypeError('the scenario has no embedded target');
  const { kind: _, gateways, capacity, ...behaviour } = scenario.target;
  const { tokens, clients, seed } = scenario;
  return {
    role: 'all',
    gateway: 0,
    gateways: 1,
    host: LOOPBACK,
    gatewayPort: 0,
    tokenPort: 0,
    capacity: {
      handshakesPerSecond: bounded(capacity.handshakesPerSecond),
      queue: bounded(capacity.queue),
      refreshesPerSecond: bounded(capacity.refreshesPerSecond),
      refreshQueue: bounded(capacity.refreshQueue),
    },
    ...behaviour,
    carrier: tokens.carrier,
    algorithm: tokens.algorithm,
    issuer: tokens.issuer,
    audience: tokens.audience,
    lifetimeMs: tokens.lifetimeMs,
    privateJwk,
    jwksUrl: null,
    refreshSecret,
    ...extras,
    memory: 'kept',
    seed,
    count: clients.count,
    room: roomForClients(clients.count),
    perUser: clients.perUser,
    claims: claimTable(scenario, users),
    rehearsals: rehearsalsOf(scenario, gateways),
  };
}

/** Rehearsals for what may find cold code, which are no more than the requests that all clients make once. */
function rehearsalsOf(scenario: Scenario, gateways: number): Rehearsals {
  const { count } = scenario.clients;
  return {
    handshakes: Math.min(count, warmingEvents(coldEventsOf(scenario, gateways).handshakes)),
    refreshes: Math.min(count, warmingEvents(coldEventsOf(scenario, 1).requests)),
  };
}

/** Replaces Infinity, which JSON lacks, by null. */
function bounded(n: number): number | null {
  return Number.isFinite(n) ? n : null;
}
