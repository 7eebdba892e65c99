import type { Behaviour, JoinBehaviour } from '../core/client/behaviour.ts';
import type { KeepAliveShape, ProtocolShape } from '../core/protocol/shape.ts';
import { type Draws, PURPOSE } from '../core/random/draws.ts';
import { exponential } from '../core/random/exponential.ts';
import { normal } from '../core/random/normal.ts';
import { mono, type MonoMs } from '../core/time/instant.ts';
import { protocolShape } from './protocol-use.ts';
import { logsIn } from './logs-in.ts';
import type { ClientPlan, ClockSkew, Scenario } from './scenario.ts';
import { devicesPerRequest } from './shares-tokens.ts';

/** The behaviour of the clients of a scenario, live and simulated. */
export function behaviourOf(scenario: Scenario): Behaviour {
  const { clients, tokens } = scenario;
  const shape = protocolShape(scenario);
  return {
    backoff: clients.backoff,
    closeRules: shape.closeRules,
    refresh: tokens.refresh,
    renewal: tokens.renewal,
    firstMessage: shape.handshake !== 'none',
    join: joinOf(scenario),
    connectTimeoutMs: clients.connectTimeoutMs,
    commands: clients.commands && {
      periodMs: 1000 / clients.commands.perSecond,
      ackTimeoutMs: clients.commands.ackTimeoutMs,
      resend: clients.commands.onReconnect === 'resend',
      beforeAuth: clients.commands.beforeAuth,
    },
    heartbeat: clients.heartbeat,
    heartbeatAnnounced: shape.keepAlive.announced === true && hasProtocolPings(clients, shape),
    pingsAfterSilence: shape.keepAlive.afterSilence === true && hasProtocolPings(clients, shape),
    serverSilenceMs: watchesServer(scenario) ? silenceMs(shape.keepAlive) : 0,
    loop: clients.loop,
  };
}

/** Limit on a join of a protocol whose library has none, ms. */
const JOIN_TIMEOUT_MS = 10_000;

/** How clients join channels, and join them again; null: the protocol joins none. */
function joinOf(scenario: Scenario): JoinBehaviour | null {
  const { joins, rejoin } = protocolShape(scenario);
  const { rejoin: written, joinTimeoutMs } = scenario.clients;
  if (joins === 0) return null;
  return {
    timeoutMs: joinTimeoutMs ?? rejoin?.timeoutMs ?? JOIN_TIMEOUT_MS,
    rejoin: written === 'protocol' ? (rejoin?.backoff ?? null) : (written?.policy ?? null),
    presents: rejoin?.presents ?? false,
  };
}

/**
 * Whether clients give up a connection without pings of the server. Pings of their own replace that, unless clients of the
 * protocol do both.
 */
function watchesServer(scenario: Scenario): boolean {
  return scenario.clients.heartbeat === null || protocolShape(scenario).keepAlive.client !== null;
}

/** Whether the clients' pings are those of their protocol: the scenario has no others. */
function hasProtocolPings({ heartbeat }: ClientPlan, { keepAlive: { client } }: ProtocolShape): boolean {
  if (heartbeat === null || client === null) return false;
  return (
    heartbeat.everyMs === client.everyMs &&
    heartbeat.timeoutMs === client.timeoutMs &&
    heartbeat.answered === client.answered
  );
}

/** Silence after which a server that pings counts as gone, ms; 0: it does not ping. */
function silenceMs({ server }: KeepAliveShape): number {
  return server === null ? 0 : server.everyMs + server.timeoutMs;
}

/** The time in which the clients arrive, ms; the mean of it for random arrivals. */
export function arriveOverMs({ count, arrive }: Pick<ClientPlan, 'count' | 'arrive'>): number {
  return arrive.by === 'over' ? arrive.overMs : (count / arrive.perSecond) * 1000;
}

/**
 * The first attempts of a shard's clients, ms from the run's start; null for equal distances, which need no memory.
 * Random arrivals are sums of distances drawn for the whole population, so that a client arrives at the same instant
 * with any number of shards.
 */
export function randomArrivals(clients: ClientPlan, draws: Draws, shard = 0, shards = 1): Float64Array | null {
  if (clients.arrive.process === 'even') return null;
  const { count } = clients;
  const meanMs = arriveOverMs(clients) / count;
  const arrivals = new Float64Array(Math.ceil((count - shard) / shards));
  let atMs = 0;
  for (let number = 0; number < count; number++) {
    atMs += meanMs * exponential(draws.unit(number, PURPOSE.arrive, 0));
    if (number % shards === shard) arrivals[(number - shard) / shards] = atMs;
  }
  return arrivals;
}

/** The error of the clock of client `number` at the start, ms. */
export function skewMs(skew: ClockSkew, draws: Draws, number: number): number {
  switch (skew.kind) {
    case 'fixed':
      return skew.offsetMs;
    case 'normal':
      return skew.sdMs * normal(draws, number, PURPOSE.skew, 0);
    case 'uniform':
      return skew.minMs + draws.unit(number, PURPOSE.skew, 0) * (skew.maxMs - skew.minMs);
  }
}

/**
 * The issue of the first token of client `number`: at the login of its user, where logins end at the run's start; otherwise
 * at the run's start or, for spread expiries, earlier, so that its remaining time is uniform over one lifetime.
 */
export function firstIssuedAt(
  { tokens, clients }: Pick<Scenario, 'tokens' | 'clients'>,
  draws: Draws,
  number: number,
): MonoMs {
  if (logsIn(tokens)) {
    const perLogin = devicesPerRequest({ tokens, clients });
    const following = Math.ceil(clients.count / perLogin) - Math.floor(number / perLogin);
    return mono((-1000 * following) / tokens.login.perSecond);
  }
  if (tokens.issued === 'together') return mono(0);
  return mono(-tokens.lifetimeMs * draws.unit(number, PURPOSE.issue, 0));
}
