import { wall } from '../../core/time/instant.ts';
import { mintedClaims } from '../../identity/claims.ts';
import { rowsOfShard } from '../../identity/users.ts';
import { importSigningKey } from '../../jwt/keys.ts';
import type { Codec } from '../../protocols/codec.ts';
import { codecOf } from '../../protocols/registry.ts';
import { protocolOf, useOf } from '../../scenario/protocol-use.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Credentials } from '../tokens/credentials.ts';
import { CookieJars } from '../http/cookie-jars.ts';
import { cappedTokens } from '../tokens/capped-tokens.ts';
import { firstCredentials } from '../tokens/first-credentials.ts';
import { holesByNumber } from '../dial/holes.ts';
import { readMachineLimits } from '../health/machine-limits.ts';
import { clientsThatFit, type Demand } from '../health/preflight.ts';
import { unreachableWarning } from '../network/reachable.ts';
import { RunRefused } from '../refused.ts';
import { NO_EXTRAS, prepareRun, type RunSetup } from '../run/setup.ts';
import type { TokenEndpoint } from '../tokens/token-endpoint.ts';
import { TokenRequests } from '../tokens/token-requests.ts';
import { tokenSource } from '../tokens/token-source.ts';
import { upgradeForm } from '../socket/upgrade-form.ts';
import { climb } from './climb.ts';
import { oneWayMs } from './latency.ts';
import { limitsFor, within } from './limits.ts';
import { triesAt, type Finding, type RampLimits, type Response } from './ramp.ts';
import type { Step } from './step.ts';
import { handshakeTries, refreshTries } from './workload.ts';

/** What a ramp measures. */
export type Measured = 'handshakes' | 'refreshes';

export interface CalibrateOptions {
  /** highest rate; for a foreign host `target.rate` bounds it too */
  readonly maxPerSecond: number;
  /** hosts that the command line allows, to which values of the environment may be sent */
  readonly allowedHosts: readonly string[];
  /** signal that ends the measurement early, with the results so far */
  readonly signal: AbortSignal;
  readonly onStep: (what: Measured, step: Step, response: Response) => void;
  readonly onWarning: (message: string) => void;
}

/** Measured figures of a target. */
export interface Calibration {
  readonly handshakes: Finding;
  /** one-way latency of a message, ms, see `oneWayMs`; null: no step was completed */
  readonly latencyMs: number | null;
  /** null: there is no token endpoint, or the measurement ended before */
  readonly refreshes: Finding | null;
}

/** The parts of a calibration. */
interface Parts {
  readonly scenario: Scenario;
  readonly setup: RunSetup;
  readonly credentials: Credentials;
  readonly limits: RampLimits;
  readonly options: CalibrateOptions;
}

/** Lifetime of tokens, ms, longer than all steps, so that none expires. */
const TOKEN_LIFETIME_MS = 15 * 60_000;

/**
 * Measures what a scenario's target can do: handshakes, then refreshes, each by a ramp of rising rates.
 *
 * @throws RunRefused when the target may not be addressed, is not found, or lets nobody in
 */
export async function calibrate(scenario: Scenario, options: CalibrateOptions): Promise<Calibration> {
  if ((scenario.tokens.source.endpoint?.ticket ?? null) !== null) {
    const fix = 'measure a gateway that takes access tokens, or write the model by hand';
    throw new RunRefused('does-not-fit', 'each handshake needs a ticket, which is not measured', fix);
  }
  const gateways = scenario.target.kind === 'embedded' ? 1 : 0;
  const demand: Demand = { clients: 0, workers: 0, workerType: 'thread', gateways, commands: 0 };
  const room = clientsThatFit(demand, readMachineLimits());
  const limits = limitsFor(options.maxPerSecond, room, scenario.generator.maxLatenessP99Ms);
  const count = triesAt(limits.maxPerSecond);
  const tried = withSharedUsers({ ...scenario, clients: { ...scenario.clients, count } });
  const events = {
    died: options.onWarning,
    journalBroken: options.onWarning,
    clock: () => {},
    restarted: options.onWarning,
    counts: () => {},
  };
  const setup = await prepareRun(asOneGateway(tried), NO_EXTRAS, events, { exec: false, hosts: options.allowedHosts });
  if (setup.unreachable.length > 0) options.onWarning(unreachableWarning(setup.unreachable));
  try {
    const credentials = await credentialsFor(scenario, setup, count);
    const parts = { scenario, setup, credentials, limits, options };
    const handshakes = await measureHandshakes(parts);
    const latencyMs = oneWayMs(handshakes, scenario.tokens.carrier);
    const { endpoint } = setup.access;
    const canRefresh = endpoint !== null && credentials.refresh.some((token) => token !== '');
    const refreshes = !canRefresh || options.signal.aborted ? null : await measureRefreshes(parts, endpoint);
    return { handshakes, latencyMs, refreshes };
  } finally {
    await setup.target?.stop();
  }
}

/** Makes one gateway of all, as a model file does. */
function asOneGateway(scenario: Scenario): Scenario {
  const { target } = scenario;
  return target.kind === 'embedded' ? { ...scenario, target: { ...target, gateways: 1 } } : scenario;
}

/** Lets tries share the users: there are more of them than clients. */
function withSharedUsers(scenario: Scenario): Scenario {
  const { users } = scenario;
  return users?.kind === 'file' ? { ...scenario, users: { ...users, share: 'rows' } } : scenario;
}

async function credentialsFor(
  { tokens, clients }: Scenario,
  { access, users, maxRequestsPerSecond }: RunSetup,
  count: number,
): Promise<Credentials> {
  const { algorithm, issuer, audience, lifetimeMs } = tokens;
  const key = await importSigningKey(access.privateJwk, algorithm);
  const rows = users && rowsOfShard(users, { ...clients, count, shard: 0, shards: 1 }, false);
  const holesOf = holesByNumber(rows, clients.perUser);
  const now = Date.now();
  const validity = { issuedAt: wall(now), expiresAt: wall(now + Math.max(lifetimeMs, TOKEN_LIFETIME_MS)) };
  const credentials: Credentials = { access: [], refresh: [] };
  const issued = tokenSource({
    plan: tokens,
    access,
    minter: { key, issuer, audience, extraClaims: mintedClaims(tokens.source, holesOf) },
    credentials,
    jars: new CookieJars(access.endpoint?.steps.cookies === true),
    numberOf: (client) => client,
    holesOf,
    firstValidityOf: () => validity,
    anotherThan: (number) => number,
    wallNow: () => wall(now),
  });
  const source = cappedTokens(issued, maxRequestsPerSecond, () => performance.now());
  await firstCredentials(source, credentials, count, () => {});
  await source.close();
  return credentials;
}

async function measureHandshakes({ scenario, setup, credentials, limits, options }: Parts): Promise<Finding> {
  const { tokens, clients } = scenario;
  const { gateways, upgrade, maxAttemptsPerSecond } = setup;
  const codec = await measuredCodec(scenario, options.onWarning);
  const parts = {
    gateways,
    form: upgradeForm(tokens.carrier, upgrade, codec.subprotocols, codec.tokenSubprotocol !== undefined),
    codec,
    timeoutMs: clients.connectTimeoutMs,
  };
  return climb({
    workload: () => handshakeTries(parts, credentials.access),
    limits: within(limits, maxAttemptsPerSecond),
    capPerSecond: maxAttemptsPerSecond,
    signal: options.signal,
    onStep: (step, response) => {
      options.onStep('handshakes', step, response);
      if (step.succeeded === 0) throw nobodyLetIn(step);
    },
  });
}

/** The protocol as it is measured: what is asked of services before a dial is left out. */
function measuredCodec(scenario: Scenario, onWarning: (message: string) => void): Promise<Codec> {
  const protocol = protocolOf(scenario);
  if (protocol.kind !== 'socket.io' || !protocol.polling) return codecOf(protocol, useOf(scenario));
  onWarning('handshakes are measured without the polling of target.protocol.socket.io, over WebSocket alone');
  return codecOf({ ...protocol, polling: false }, useOf(scenario));
}

async function measureRefreshes(parts: Parts, endpoint: TokenEndpoint): Promise<Finding> {
  const { scenario, setup, credentials, limits, options } = parts;
  const capPerSecond = setup.maxRequestsPerSecond;
  const { pooled, timeoutMs } = scenario.tokens.refresh;
  const requests = new TokenRequests(endpoint, pooled);
  const tokens = credentials.refresh.filter((token) => token !== '');
  const workload = refreshTries(requests, tokens, timeoutMs);
  try {
    return await climb({
      workload: () => workload,
      limits: within(limits, capPerSecond),
      capPerSecond,
      signal: options.signal,
      onStep: (step, response) => options.onStep('refreshes', step, response),
    });
  } finally {
    await requests.close();
  }
}

function nobodyLetIn({ tries, failures }: Step): RunRefused {
  const reasons = Object.entries(failures).map(([reason, n]) => `${reason} ${n}`);
  return new RunRefused(
    'no-answer',
    `none of ${tries} clients became ready (${reasons.join(', ')})`,
    'check the URL, and that the target takes the tokens of this scenario',
  );
}
