import { faultWorld, type FaultWorld } from '../../core/fault/injector.ts';
import { hitsInShard } from '../../core/fault/select.ts';
import { Draws } from '../../core/random/draws.ts';
import type { HoleValues } from '../../core/template/template.ts';
import { mono, wall } from '../../core/time/instant.ts';
import { mintedClaims } from '../../identity/claims.ts';
import { importSigningKey } from '../../jwt/keys.ts';
import { ALL_RIGHTS } from '../../jwt/rights.ts';
import { TokenRecord } from '../../leaks/token-record.ts';
import { CommandLog } from '../../metrics/command-log.ts';
import { Lateness } from '../../metrics/lateness.ts';
import { Recorder } from '../../metrics/recorder.ts';
import { codecMaker, type CodecMaker } from '../../protocols/registry.ts';
import { logsInBefore } from '../../scenario/logs-in.ts';
import { firstIssuedAt } from '../../scenario/population.ts';
import { protocolOf } from '../../scenario/protocol-use.ts';
import { devicesPerRequest } from '../../scenario/shares-tokens.ts';
import { ClientViews } from '../dial/client-views.ts';
import { Gateways } from '../dial/gateways.ts';
import { holesByNumber as valuesByNumber } from '../dial/holes.ts';
import { SecretTexts } from '../sightings/secret-texts.ts';
import { Sightings } from '../sightings/sightings.ts';
import type { RunClock } from '../time/clock.ts';
import { noteWithoutTokens, type NoteSighting } from '../tokens/client-sightings.ts';
import type { Credentials, Minter, Validity } from '../tokens/credentials.ts';
import { FirstLogins } from '../tokens/first-logins.ts';
import { coldEventsOf } from './cold-events.ts';
import { composeTokens, type ComposedTokens } from './compose-tokens.ts';
import type { ShardTask } from './shard-messages.ts';
import type { Taps } from './taps.ts';
import { warmUp } from './warm-up.ts';

/** What one worker's clients are made of, before the run starts. */
export class ShardParts {
  readonly task: ShardTask;
  readonly minter: Minter;
  readonly makeCodec: CodecMaker;
  /** null: nobody follows the clients */
  readonly taps: Taps | null;
  /** undefined: it is not recorded which tokens the clients hold */
  readonly record: TokenRecord | undefined;
  readonly gateways: Gateways;
  /** numbers of the clients in the whole population */
  readonly numbers: readonly number[];
  readonly draws: Draws;
  readonly faultWorld: FaultWorld;
  readonly commands: CommandLog;
  readonly lateness: Lateness;
  readonly recorder: Recorder;
  readonly sightings: Sightings;
  readonly credentials: Credentials = { access: [], refresh: [] };
  readonly views: ClientViews;
  readonly noteSighting: NoteSighting;
  readonly tokens: ComposedTokens;
  /** null: no client logs in before the run */
  readonly logins: FirstLogins | null;
  /** clock of the run; null: it has not started */
  clock: RunClock | null = null;

  private constructor(
    task: ShardTask,
    minter: Minter,
    holesByNumber: (number: number) => HoleValues,
    makeCodec: CodecMaker,
    taps: Taps | null,
  ) {
    const { shard, shards, scenario } = task;
    this.task = task;
    this.minter = minter;
    this.makeCodec = makeCodec;
    this.taps = taps;
    this.sightings = new Sightings(new SecretTexts(textsOf(task.users)));
    this.record = task.tokensFile === null ? undefined : new TokenRecord(task.tokensFile, shards);
    const count = Math.ceil((scenario.clients.count - shard) / shards);
    this.numbers = Array.from({ length: count }, (_, client) => client * shards + shard);
    this.gateways = new Gateways(task.gateways, count);
    this.draws = new Draws(scenario.seed);
    const devices = { count: scenario.clients.count, perUser: scenario.clients.perUser };
    this.faultWorld = faultWorld(this.draws, devices, {
      local: (hits) => hitsInShard(hits, shard, shards),
      numberOf: this.numberOf,
    });
    this.commands = new CommandLog(count, shard, shards);
    this.lateness = new Lateness(count);
    this.recorder = new Recorder(task.store, this.commands, this.lateness);
    this.recorder.populated(count);
    const holesOf = (client: number): HoleValues => holesByNumber(this.numbers[client]!);
    this.tokens = composeTokens(task, {
      credentials: this.credentials,
      minter,
      record: this.record,
      numberOf: this.numberOf,
      holesOf,
      firstValidityOf: (number) => this.#firstValidityOf(number),
      faults: this.faultWorld.refreshes,
      clock: () => this.clock,
      taps,
    });
    this.views = new ClientViews(holesOf);
    this.noteSighting = noteWithoutTokens(this.sightings, this.credentials, task.secrets, this.ownSecrets);
    this.logins = logsInBefore(scenario) ? this.#firstLogins() : null;
  }

  /**
   * Does everything that can fail, before the run starts.
   *
   * @param taps those of a probe, in which nothing is measured, so that no code has to be warm
   */
  static async prepare(task: ShardTask, taps: Taps | null): Promise<ShardParts> {
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
    return new ShardParts(task, minter, holesByNumber, makeCodec, taps);
  }

  readonly numberOf = (client: number): number => this.numbers[client]!;

  /** Secrets of a client's connection: its ticket, what the server gave it to prove who it is, and its cookies. */
  readonly ownSecrets = (client: number): readonly string[] => [
    ...this.views.secretsOf(client),
    ...Object.values(this.tokens.jars.of(this.numbers[client]!)?.row ?? {}),
  ];

  /** Texts beside tokens that nothing may quote: values of the environment, and all values of users. */
  fixedSecrets(): readonly string[] {
    return [...this.task.secrets, ...textsOf(this.task.users)];
  }

  #firstLogins(): FirstLogins {
    const { scenario, shard, shards } = this.task;
    const { login, refresh } = scenario.tokens;
    return new FirstLogins({
      source: this.tokens.source,
      credentials: this.credentials,
      count: this.numbers.length,
      perLogin: devicesPerRequest(scenario),
      perSecond: login.perSecond / shards,
      phase: shard / shards,
      timeoutMs: refresh.timeoutMs,
      retry: refresh.retry,
      draws: this.draws,
      numberOf: this.numberOf,
      recorder: this.recorder,
      noteSighting: this.noteSighting,
    });
  }

  /** Issue and expiry of the first token of client `number`, which squall mints. */
  #firstValidityOf(number: number): Validity {
    const { scenario } = this.task;
    const issued = firstIssuedAt(scenario, this.draws, number);
    const issuedAt = wall((this.clock?.wallAt(mono(0)) ?? Date.now()) + issued);
    return { issuedAt, expiresAt: wall(issuedAt + scenario.tokens.lifetimeMs) };
  }
}

/** All values of users: which of them are secrets, squall does not know. */
function* textsOf(users: ShardTask['users']): Iterable<string> {
  for (const row of users?.values() ?? []) yield* Object.values(row);
}
