import type { FaultWorld } from '../core/fault/injector.ts';
import type { TokenRecord } from '../leaks/token-record.ts';
import { userOf } from '../identity/users.ts';
import { codecOf } from '../protocols/registry.ts';
import { protocolOf, useOf } from '../scenario/protocol-use.ts';
import { cappedDialler } from './capped-dialler.ts';
import { cappedTokens } from './capped-tokens.ts';
import { noteWithoutTokens } from './client-sightings.ts';
import { CookieJars } from './cookie-jars.ts';
import { ClientViews } from './client-views.ts';
import type { RunClock } from './clock.ts';
import { anotherClient } from './another-client.ts';
import type { Credentials, Minter, Validity } from './credentials.ts';
import type { HolesOf } from './holes.ts';
import type { Dialler } from './dialler.ts';
import type { Gateways } from './gateways.ts';
import { KeptTokens } from './kept-tokens.ts';
import { LivePort } from './live-port.ts';
import { recordedTokens } from './recorded-tokens.ts';
import { faultedDialler } from './request-faults/faulted-dialler.ts';
import { faultedTokens } from './request-faults/faulted-tokens.ts';
import type { ShardTask } from './shard-messages.ts';
import type { Sightings } from './sightings.ts';
import { sharesTokens } from './machine-check.ts';
import { sharedTokens } from './shared-tokens.ts';
import { Sockets } from './sockets.ts';
import { SteppedDialler, type SteppedParts } from './stepped-dialler.ts';
import { ticketRequests } from './ticket-requests.ts';
import { TokenClient } from './token-client.ts';
import { tokenSource, type TokenSource } from './token-source.ts';
import { upgradeForm } from './upgrade-form.ts';

/** Parts of a shard's port that do not stand in its task. */
export interface PortNeeds {
  readonly clock: RunClock;
  readonly credentials: Credentials;
  readonly minter: Minter;
  readonly record: TokenRecord | undefined;
  readonly gateways: Gateways;
  readonly faults: FaultWorld;
  readonly sightings: Sightings;
  readonly observer: SteppedParts['observer'];
  /** number of a client of this worker in the whole population */
  readonly numberOf: (client: number) => number;
  readonly holesOf: HolesOf;
  /** issue and expiry of the first token of client `number`, where squall mints it */
  readonly firstValidityOf: (number: number) => Validity;
  readonly nudge: () => void;
}

/** A shard's port, with the parts that others use. */
export interface ComposedPort {
  readonly port: LivePort;
  readonly sockets: Sockets;
  readonly dialler: Dialler;
  readonly tokenClient: TokenClient;
  /** gives first tokens */
  readonly tokens: Pick<TokenSource, 'first'>;
  /** keeps the newest tokens for the next run; null: nothing is kept */
  readonly kept: KeptTokens | null;
}

/**
 * Composes the clients' way to the target. A dial passes the rate cap, then faults, then opens a socket. A token
 * request passes faults first, since a request that a fault answers does not count for the cap.
 */
export function composePort(task: ShardTask, needs: PortNeeds): ComposedPort {
  const { scenario, access, ...rates } = task;
  const { tokens, clients } = scenario;
  const { clock, credentials, minter, record, gateways, faults, numberOf, holesOf, firstValidityOf, nudge } = needs;
  const now = () => clock.now();
  const population = { planned: clients.count, numberOf, now, clock };
  const views = new ClientViews(holesOf);
  const jars = new CookieJars(access.endpoint?.steps.cookies === true);
  const ownSecrets = (client: number): readonly string[] => [
    views.ticketOf(client),
    ...Object.values(jars.of(numberOf(client))?.row ?? {}),
  ];
  const noteSighting = noteWithoutTokens(needs.sightings, credentials, task.secrets, ownSecrets);

  const codec = codecOf(protocolOf(scenario), useOf(scenario));
  const form = upgradeForm(tokens.carrier, task.upgrade, codec.subprotocols);
  const sockets = new Sockets({ gateways, form, codec, views, credentials, noteSighting });
  const { observer } = needs;
  const ticket = ticketRequests(access.endpoint, jars);
  const timeoutMs = clients.connectTimeoutMs;
  const dials =
    codec.dialSteps.length === 0 && ticket === null
      ? sockets
      : new SteppedDialler({
          sockets,
          gateways,
          form,
          codec,
          ticket,
          views,
          credentials,
          noteSighting,
          observer,
          now,
          timeoutMs,
        });
  const faulted = faultedDialler(dials, population, faults.handshakes);
  const dialler = cappedDialler(faulted, rates.maxAttemptsPerSecond, now);

  const issued = tokenSource({
    plan: tokens,
    access,
    minter,
    credentials,
    jars,
    numberOf,
    holesOf,
    firstValidityOf,
    anotherThan: anotherClient(task),
    wallNow: () => clock.wallAt(clock.now()),
  });
  const capped = cappedTokens(issued, rates.maxRequestsPerSecond, now);
  const recorded = record === undefined ? capped : recordedTokens(capped, record, credentials, numberOf);
  const kept = keepsTokens(scenario) ? new KeptTokens(recorded, numberOf) : null;
  const faultedSource = faultedTokens(kept ?? recorded, population, faults.refreshes);
  const source = sharesTokens(scenario)
    ? sharedTokens(faultedSource, credentials, (client) => userOf(numberOf(client), clients.perUser))
    : faultedSource;
  const tokenClient = new TokenClient({
    source,
    clock,
    credentials,
    noteSighting,
    ownRefreshTokens: tokens.source.file !== null && tokens.source.file.refresh !== null,
    nudge,
  });

  const parts = { dialler, sockets, tokenClient, codec, views, clock, credentials, noteSighting, nudge };
  return { port: new LivePort(parts), sockets, dialler, tokenClient, tokens: source, kept };
}

/** Whether the newest tokens are written back into the file of users. */
function keepsTokens({ users }: ShardTask['scenario']): boolean {
  return users?.kind === 'file' && users.out !== null;
}
