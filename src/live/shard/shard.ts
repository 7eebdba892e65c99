import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import { clientColumns } from '../../core/client/columns.ts';
import { ALARMS, type ClientContext } from '../../core/client/context.ts';
import { Machine } from '../../core/client/machine.ts';
import { concernsClients } from '../../core/fault/executor.ts';
import { faultWorld, type FaultWorld } from '../../core/fault/injector.ts';
import { occurrencesOf, type Occurrence } from '../../core/fault/occurrence.ts';
import { hitsInShard } from '../../core/fault/select.ts';
import { Draws } from '../../core/random/draws.ts';
import { EventQueue } from '../../core/time/event-queue.ts';
import type { HoleValues } from '../../core/template/template.ts';
import { mono, wall } from '../../core/time/instant.ts';
import { mintedClaims } from '../../identity/claims.ts';
import { importSigningKey } from '../../jwt/keys.ts';
import { ALL_RIGHTS } from '../../jwt/rights.ts';
import { TokenRecord } from '../../leaks/token-record.ts';
import { CommandLog } from '../../metrics/command-log.ts';
import { Lateness } from '../../metrics/lateness.ts';
import { failureText, ProtocolFailed } from '../../protocols/own/failure.ts';
import { codecMaker, type CodecMaker } from '../../protocols/registry.ts';
import { Recorder } from '../../metrics/recorder.ts';
import { wallErrorMs } from '../../metrics/wall-clock.ts';
import { arrivesTokenless, logsInBefore } from '../../scenario/logs-in.ts';
import { protocolOf } from '../../scenario/protocol-use.ts';
import { devicesPerRequest } from '../../scenario/shares-tokens.ts';
import { arriveOverMs, behaviourOf, firstIssuedAt, randomArrivals, skewMs } from '../../scenario/population.ts';
import { clientsBehind, type Clients } from '../time/behind.ts';
import { clientFaults, type ClientFaults } from '../injections/client-faults.ts';
import { noteWithoutTokens, type NoteSighting } from '../tokens/client-sightings.ts';
import { ClientViews } from '../dial/client-views.ts';
import { RunClock, type RunStart } from '../time/clock.ts';
import { coldEventsOf } from './cold-events.ts';
import type { Credentials, Minter, Validity } from '../tokens/credentials.ts';
import { composeTokens, type ComposedTokens } from './compose-tokens.ts';
import { firstCredentials, mintingMs } from '../tokens/first-credentials.ts';
import { FirstLogins, type LoginTally } from '../tokens/first-logins.ts';
import { Gateways } from '../dial/gateways.ts';
import { holesByNumber as valuesByNumber } from '../dial/holes.ts';
import { LateEvents } from '../time/late-events.ts';
import { Loop } from '../time/loop.ts';
import type { Preparation, ShardInterval, ShardResult, ShardTask } from './shard-messages.ts';
import { composePort, type ComposedPort } from './compose-port.ts';
import { quotable } from '../sightings/quotable.ts';
import { SecretTexts } from '../sightings/secret-texts.ts';
import { Sightings } from '../sightings/sightings.ts';
import type { Taps } from './taps.ts';
import { warmUp } from './warm-up.ts';

/** Interval at which the event-loop delay is sampled, ms. */
const LOOP_DELAY_RESOLUTION_MS = 10;

/** One worker's share of the clients, from their first token to the end of the run. */
export class Shard {
  readonly #task: ShardTask;
  readonly #minter: Minter;
  readonly #holesByNumber: (number: number) => HoleValues;
  readonly #makeCodec: CodecMaker;
  readonly #record: TokenRecord | undefined;
  readonly #gateways: Gateways;
  /** numbers of the clients in the whole population */
  readonly #numbers: readonly number[];
  readonly #draws: Draws;
  readonly #faultWorld: FaultWorld;
  readonly #commands: CommandLog;
  readonly #lateness: Lateness;
  readonly #recorder: Recorder;
  readonly #sightings: Sightings;
  readonly #loopDelay: IntervalHistogram;
  readonly #credentials: Credentials = { access: [], refresh: [] };
  readonly #views: ClientViews;
  readonly #noteSighting: NoteSighting;
  readonly #tokens: ComposedTokens;
  /** null: no client logs in before the run */
  readonly #logins: FirstLogins | null;
  /** null: nobody follows the clients */
  readonly #taps: Taps | null;
  #running: {
    clock: RunClock;
    machine: Machine;
    composed: ComposedPort;
    loop: Loop;
    faults: ClientFaults;
    late: LateEvents;
    clients: Clients;
  } | null = null;
  #start: RunStart | null = null;
  #clock: RunClock | null = null;
  #over = false;
  #protocolFailed: (error: ProtocolFailed) => void = (error) => {
    throw error;
  };
  /** time after the end of the run at which this shard ended it, ms */
  #endLateMs = 0;

  private constructor(
    task: ShardTask,
    minter: Minter,
    holesByNumber: (number: number) => HoleValues,
    makeCodec: CodecMaker,
    taps: Taps | null,
  ) {
    this.#makeCodec = makeCodec;
    this.#taps = taps;
    const { shard, shards, scenario } = task;
    this.#task = task;
    this.#minter = minter;
    this.#holesByNumber = holesByNumber;
    this.#sightings = new Sightings(new SecretTexts(textsOf(task.users)));
    if (task.tokensFile !== null) this.#record = new TokenRecord(task.tokensFile, shards);
    const count = Math.ceil((scenario.clients.count - shard) / shards);
    this.#numbers = Array.from({ length: count }, (_, client) => client * shards + shard);
    this.#gateways = new Gateways(task.gateways, count);
    this.#draws = new Draws(scenario.seed);
    const devices = { count: scenario.clients.count, perUser: scenario.clients.perUser };
    this.#faultWorld = faultWorld(this.#draws, devices, {
      local: (hits) => hitsInShard(hits, shard, shards),
      numberOf: (client) => this.#numbers[client]!,
    });
    this.#commands = new CommandLog(count, shard, shards);
    this.#lateness = new Lateness(count);
    this.#recorder = new Recorder(task.store, this.#commands, this.#lateness);
    this.#recorder.populated(count);
    this.#loopDelay = monitorEventLoopDelay({ resolution: LOOP_DELAY_RESOLUTION_MS });
    this.#tokens = composeTokens(task, {
      credentials: this.#credentials,
      minter,
      record: this.#record,
      numberOf: (client) => this.#numbers[client]!,
      holesOf: (client) => this.#holesByNumber(this.#numbers[client]!),
      firstValidityOf: (number) => this.#firstValidityOf(number),
      faults: this.#faultWorld.refreshes,
      clock: () => this.#clock,
      taps,
    });
    this.#views = new ClientViews((client) => this.#holesByNumber(this.#numbers[client]!));
    const ownSecrets = (client: number): readonly string[] => this.#ownSecrets(client);
    this.#noteSighting = noteWithoutTokens(this.#sightings, this.#credentials, task.secrets, ownSecrets);
    this.#logins = logsInBefore(scenario) ? this.#firstLogins() : null;
  }

  /**
   * Does everything that can fail, before the run starts.
   *
   * @param taps those of a probe, in which nothing is measured, so that no code has to be warm
   */
  static async prepare(task: ShardTask, taps: Taps | null = null): Promise<Shard> {
    const { tokens, target, clients } = task.scenario;
    const key = await importSigningKey(task.access.privateJwk, tokens.algorithm);
    const cold = coldEventsOf(task.scenario, task.shards);
    // Without an endpoint, squall mints all tokens.
    if (taps === null) await warmUp(tokens.carrier, task.access.endpoint === null ? { ...cold, requests: 0 } : cold);
    const rights = target.kind === 'embedded' ? ALL_RIGHTS : undefined;
    const holesByNumber = valuesByNumber(task.users, clients.perUser);
    const extraClaims = mintedClaims(tokens.source, holesByNumber);
    const minter = { key, issuer: tokens.issuer, audience: tokens.audience, rights, extraClaims };
    const makeCodec = await codecMaker(protocolOf(task.scenario).kind);
    return new Shard(task, minter, holesByNumber, makeCodec, taps);
  }

  /** Sets the receiver of the failure of a protocol of the user's own, which ends the run. */
  onProtocolFailure(failed: (error: ProtocolFailed) => void): void {
    this.#protocolFailed = failed;
  }

  #reportProtocol(method: string, what: string): void {
    const { target } = this.#task.scenario;
    if (target.kind !== 'url' || target.protocol.kind !== 'module') return;
    const { access, refresh } = this.#credentials;
    const secrets = [...access, ...refresh, ...this.#task.secrets, ...textsOf(this.#task.users)];
    const clean = quotable(
      what,
      secrets.filter((secret) => secret !== undefined),
    );
    this.#protocolFailed(new ProtocolFailed(failureText(target.protocol.file, method, clean)));
  }

  /** Progress of the logins before the run; null: there are none. */
  get logins(): LoginTally | null {
    return this.#logins?.tally ?? null;
  }

  /** Logs the clients in where they do so before the run, and estimates how long `go` takes before the first can arrive. */
  async prepared(): Promise<Preparation> {
    await this.#logins?.run();
    const isMinting = this.#logins === null && !arrivesTokenless(this.#task.scenario);
    const leadTimeMs = isMinting ? this.#numbers.length * (await mintingMs(this.#minter)) : 0;
    return { leadTimeMs, logins: this.logins, seen: this.#sightings.export() };
  }

  /** Gives the clients their first tokens, which are dated by the run's start where squall mints them, and lets them arrive. */
  async go(start: RunStart): Promise<void> {
    const { scenario, shard, shards } = this.#task;
    this.#start = start;
    const clock = new RunClock(start);
    this.#clock = clock;
    // A fault that begins at an instant is active for everything at that instant.
    const columns = clientColumns(this.#numbers.length, 1);
    const queue = new EventQueue(this.#numbers.length * ALARMS + 1, 1, columns.board);
    const taps = this.#taps;
    const late = new LateEvents(this.#lateness, this.#recorder, queue);
    const nudge = () => this.#running?.loop.nudge();
    const composed = composePort(this.#task, {
      clock,
      makeCodec: this.#makeCodec,
      credentials: this.#credentials,
      tokens: this.#tokens,
      gateways: this.#gateways,
      faults: this.#faultWorld,
      observer: this.#recorder,
      noteSighting: this.#noteSighting,
      numberOf: (client) => this.#numbers[client]!,
      views: this.#views,
      late,
      nudge,
      taps,
      protocolFailed: (method, what) => this.#reportProtocol(method, what),
    });
    const { port, sockets } = composed;
    const context: ClientContext = {
      columns,
      behaviour: behaviourOf(scenario),
      port,
      queue,
      observer: taps?.observer ?? this.#recorder,
      sentLateMs: this.#lateness.sentLateMs,
      draws: this.#draws,
      shard,
      shards,
      planned: scenario.clients.count,
      arriveOverMs: arriveOverMs(scenario.clients),
      arrivals: randomArrivals(scenario.clients, this.#draws, shard, shards),
    };
    const machine = new Machine(context);
    port.attach(machine);
    late.attach(machine);
    const fixed = [...this.#task.secrets, ...textsOf(this.#task.users)];
    const secrets = () => [...fixed, ...this.#ownSecrets(0)];
    taps?.begin({ machine, sockets, queue, clock, credentials: this.#credentials, secrets, nudge });
    await this.#populate(machine, clock);
    if (this.#over) return port.close();
    const faultSlot = this.#numbers.length * ALARMS;
    const faults = clientFaults(this.#faultWorld, queue, machine, sockets, faultSlot, clock);
    const loop = new Loop(
      queue,
      clock,
      (slot, dueAt, now) => {
        if (slot !== faultSlot) {
          if (late.rings(slot, dueAt, now)) machine.ring(slot, dueAt, now);
          return;
        }
        late.faultsRing(dueAt, now);
        faults.ring(now);
        late.faultsRang();
      },
      (ms) => this.#recorder.late(ms),
      // A late end by the coordinator does not make the run longer.
      scenario.durationMs,
    );
    const clients = { columns, queue, lateness: this.#lateness, late, count: this.#numbers.length };
    this.#running = { clock, machine, composed, loop, faults, late, clients };
    const occurrences = occurrencesOf(scenario.faults, scenario.durationMs);
    faults.plan(occurrences.filter(({ fault }) => concernsClients(fault, scenario.target.kind)));
    this.#loopDelay.enable();
    late.start(() => clock.now());
    loop.start();
  }

  /** Sets each client's first token, or lets it arrive without one, to log in then. */
  async #populate(machine: Machine, clock: RunClock): Promise<void> {
    const { scenario } = this.#task;
    const count = this.#numbers.length;
    const receive = (client: number, validity: Validity | undefined): void => {
      const skew = skewMs(scenario.clients.clockSkew, this.#draws, this.#numbers[client]!);
      if (validity === undefined) machine.prepareTokenless(client, skew);
      else machine.prepare(client, skew, clock.monoAt(validity.issuedAt), clock.monoAt(validity.expiresAt));
    };
    if (this.#logins === null && !arrivesTokenless(scenario))
      return firstCredentials(this.#tokens.source, this.#credentials, count, receive);
    for (let client = 0; client < count; client++) receive(client, this.#logins?.validity[client]);
  }

  /** Secrets of a client's connection: its ticket, what the server gave it to prove who it is, and its cookies. */
  #ownSecrets(client: number): readonly string[] {
    return [
      ...this.#views.secretsOf(client),
      ...Object.values(this.#tokens.jars.of(this.#numbers[client]!)?.row ?? {}),
    ];
  }

  #firstLogins(): FirstLogins {
    const { scenario, shard, shards } = this.#task;
    const { login, refresh } = scenario.tokens;
    return new FirstLogins({
      source: this.#tokens.source,
      credentials: this.#credentials,
      count: this.#numbers.length,
      perLogin: devicesPerRequest(scenario),
      perSecond: login.perSecond / shards,
      phase: shard / shards,
      timeoutMs: refresh.timeoutMs,
      retry: refresh.retry,
      draws: this.#draws,
      numberOf: (client) => this.#numbers[client]!,
      recorder: this.#recorder,
      noteSighting: this.#noteSighting,
    });
  }

  /** Issue and expiry of the first token of client `number`, which squall mints. */
  #firstValidityOf(number: number): Validity {
    const { scenario } = this.#task;
    const issued = firstIssuedAt(scenario, this.#draws, number);
    const issuedAt = wall((this.#clock?.wallAt(mono(0)) ?? Date.now()) + issued);
    return { issuedAt, expiresAt: wall(issuedAt + scenario.tokens.lifetimeMs) };
  }

  /** Begins a fault that was injected by hand; those of the scenario begin by themselves. */
  begin(occurrence: Occurrence): void {
    this.#running?.faults.begin(occurrence);
    // The call comes from outside the loop, which may sleep past the new alarm.
    this.#running?.loop.nudge();
  }

  rotate(inRotation: readonly number[]): void {
    this.#gateways.rotate(inRotation);
  }

  takeInterval(): ShardInterval {
    this.#lookBehind();
    return this.#interval();
  }

  /** Counts the clients with which squall is behind, while there are any under way. */
  #lookBehind(): void {
    if (this.#running === null) return;
    const { clock, clients } = this.#running;
    const now = clock.now();
    this.#recorder.behind(clientsBehind(clients, now, Math.min(now, this.#task.scenario.durationMs)));
  }

  #interval(): ShardInterval {
    return {
      histograms: this.#recorder.takeInterval(),
      loopDelayP99Ms: Math.max(0, this.#loopDelay.percentile(99) / 1e6 - LOOP_DELAY_RESOLUTION_MS),
      wallErrorMs: this.#start === null ? 0 : wallErrorMs(this.#start),
      endLateMs: this.#endLateMs,
      delayedAttempts: this.#running?.composed.dialler.delayed ?? 0,
      delayedRequests: this.#running?.composed.tokenClient.delayed ?? 0,
      delayedJoinRequests: this.#running?.composed.joinRequests?.delayed ?? 0,
      renewed: this.#tokens.kept?.take() ?? [],
      faults: this.#faultWorld.tallies.plain,
      ownProcess: null,
    };
  }

  /** Ends the run: nothing more starts, and every socket is closed. */
  async windDown(): Promise<ShardResult> {
    this.#over = true;
    this.#tokens.kept?.end();
    this.#logins?.stop();
    if (this.#running) {
      const { machine, clock, loop, composed, faults, late } = this.#running;
      loop.stop();
      faults.stop();
      const now = clock.now();
      this.#endLateMs = Math.max(0, now - this.#task.scenario.durationMs);
      this.#lookBehind();
      late.stop();
      for (let client = 0; client < this.#numbers.length; client++) {
        late.windsDown(client, now);
        machine.windDown(client, now);
      }
      faults.close();
      await composed.port.close();
    } else await this.#tokens.source.close();
    this.#record?.close();
    this.#loopDelay.disable();
    return {
      interval: this.#interval(),
      commands: this.#commands.export(),
      seen: this.#sightings.export(),
      refusedAtFirstUse: this.#running?.composed.tokenClient.refusedAtFirstUse ?? 0,
    };
  }
}

/** All values of users: which of them are secrets, squall does not know. */
function* textsOf(users: ShardTask['users']): Iterable<string> {
  for (const row of users?.values() ?? []) yield* Object.values(row);
}
