import type { Observer } from '../../core/client/observer.ts';
import type { FaultWorld } from '../../core/fault/injector.ts';
import { COUNT_INDEX } from '../../core/metrics.ts';
import { Draws } from '../../core/random/draws.ts';
import type { CodecMaker } from '../../protocols/registry.ts';
import type { ReportFailure } from '../../protocols/own/module-codec.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { protocolOf, useOf } from '../../scenario/protocol-use.ts';
import { cappedDialler } from '../dial/capped-dialler.ts';
import type { NoteSighting } from '../tokens/client-sightings.ts';
import type { ClientViews } from '../dial/client-views.ts';
import { ChosenEndpoints } from '../dial/chosen-endpoints.ts';
import type { RunClock } from '../time/clock.ts';
import type { ComposedTokens } from './compose-tokens.ts';
import type { Credentials } from '../tokens/credentials.ts';
import type { Dialler } from '../socket/dialler.ts';
import type { Gateways } from '../dial/gateways.ts';
import { JoinRequests } from '../dial/join-requests.ts';
import type { LateEvents } from '../time/late-events.ts';
import { LivePort } from './live-port.ts';
import { Redirects } from '../dial/redirects.ts';
import { faultedDialler } from '../request-faults/faulted-dialler.ts';
import type { ShardTask } from './shard-messages.ts';
import { Sockets } from '../dial/sockets.ts';
import { SteppedDialler, type SteppedParts } from '../dial/stepped-dialler.ts';
import type { Taps } from './taps.ts';
import { ticketRequests } from '../tokens/ticket-requests.ts';
import { TlsSessions } from '../network/tls-sessions.ts';
import { TokenClient } from '../tokens/token-client.ts';
import { upgradeForm } from '../socket/upgrade-form.ts';

/**
 * Share of the time of an attempt for which a request for a ticket must have been unanswered to be seen as such when it
 * is given up; a rate cap may have taken the rest.
 */
const UNANSWERED_SHARE = 0.5;

/** Parts of a shard's port that do not stand in its task. */
export interface PortNeeds {
  readonly clock: RunClock;
  readonly makeCodec: CodecMaker;
  readonly credentials: Credentials;
  readonly tokens: ComposedTokens;
  readonly gateways: Gateways;
  readonly faults: FaultWorld;
  readonly observer: SteppedParts['observer'] & Pick<Observer, 'count'>;
  readonly noteSighting: NoteSighting;
  /** number of a client of this worker in the whole population */
  readonly numberOf: (client: number) => number;
  readonly views: ClientViews;
  readonly late: LateEvents;
  readonly nudge: () => void;
  /** null: nobody follows the clients */
  readonly taps: Taps | null;
  /** called when a method of the protocol's own module fails */
  readonly protocolFailed: ReportFailure;
}

/** A shard's port, with the parts that others use. */
export interface ComposedPort {
  readonly port: LivePort;
  readonly sockets: Sockets;
  readonly dialler: Dialler;
  readonly tokenClient: TokenClient;
  /** null: the protocol has no request before a join */
  readonly joinRequests: JoinRequests | null;
}

/**
 * Composes the clients' way to the target. A dial passes the rate cap, then faults, then opens a socket. A token
 * request passes faults first, since a request that a fault answers does not count for the cap. A request before a join
 * passes a cap of its own: joins that are tried again on an open connection follow no attempt.
 */
export function composePort(task: ShardTask, needs: PortNeeds): ComposedPort {
  const { scenario, access, ...rates } = task;
  const { tokens, clients } = scenario;
  const { clock, credentials, gateways, faults, views, noteSighting, numberOf, late, nudge, taps } = needs;
  const now = () => clock.now();
  const population = { planned: clients.count, numberOf, now, clock };

  const spoken = needs.makeCodec(protocolOf(scenario), useOf(scenario), {
    report: needs.protocolFailed,
    calls: task.calls,
  });
  const codec = taps?.codec(spoken) ?? spoken;
  const form = upgradeForm(tokens.carrier, task.upgrade, codec.subprotocols, codec.tokenSubprotocol !== undefined);
  const { observer } = needs;
  const sessions = tlsSessions(scenario, () => observer.count(COUNT_INDEX.tlsResumed, 1));
  const { wire } = taps ?? {};
  const sockets = new Sockets({ gateways, form, codec, views, credentials, noteSighting, sessions, wire, nudge });
  const tickets = ticketRequests(access.endpoint, needs.tokens.jars);
  const ticket = taps === null || tickets === null ? tickets : { ...tickets, step: taps.step(tickets.step) };
  const endpoints = codec.dialSteps.length === 0 && ticket === null ? null : new ChosenEndpoints(sockets);
  const faulted = faultedDialler(endpoints ?? sockets, population, faults.handshakes);
  // A fault of upgrades applies after the requests to other services.
  const dials =
    endpoints === null
      ? faulted
      : new SteppedDialler({
          dialler: faulted,
          endpoints,
          gateways,
          form,
          codec,
          ticket,
          redirects: new Redirects(scenario.target.kind === 'url' ? scenario.target.allow : []),
          views,
          credentials,
          noteSighting,
          unansweredAfterMs: clients.connectTimeoutMs * UNANSWERED_SHARE,
          observer,
          late,
          now,
        });
  const capsDials = cappedDialler(dials, rates.maxAttemptsPerSecond, now);
  const dialler = taps?.dialler(capsDials) ?? capsDials;

  const tokenClient = new TokenClient({
    source: needs.tokens.source,
    isShared: needs.tokens.isShared,
    clock,
    credentials,
    noteSighting,
    late,
    ownRefreshTokens: tokens.source.file !== null && tokens.source.file.refresh !== null,
    nudge,
  });

  const joinRequests =
    codec.joinStep === undefined
      ? null
      : new JoinRequests({
          step: codec.joinStep,
          gateways,
          form,
          credentials,
          noteSighting,
          observer,
          late,
          now,
          maxPerSecond: rates.maxAttemptsPerSecond,
        });
  const parts = {
    joinRequests,
    dialler,
    sockets,
    tokenClient,
    codec,
    views,
    clock,
    credentials,
    noteSighting,
    late,
    nudge,
  };
  return { port: new LivePort(parts), sockets, dialler, tokenClient, joinRequests };
}

function tlsSessions({ target, seed }: Scenario, resumed: () => void): TlsSessions | undefined {
  if (target.kind !== 'url' || target.tls === null || target.tls.resume === 0) return undefined;
  return new TlsSessions(target.tls.resume, new Draws(seed), resumed);
}
