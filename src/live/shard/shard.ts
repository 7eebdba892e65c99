import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Occurrence } from '../../core/fault/occurrence.ts';
import { wallErrorMs } from '../../metrics/wall-clock.ts';
import { failureText, ProtocolFailed } from '../../protocols/own/failure.ts';
import { arrivesTokenless } from '../../scenario/logs-in.ts';
import { quotable } from '../sightings/quotable.ts';
import { clientsBehind } from '../time/behind.ts';
import type { RunStart } from '../time/clock.ts';
import { mintingMs } from '../tokens/first-credentials.ts';
import type { LoginTally } from '../tokens/first-logins.ts';
import { composeClients, type ComposedClients } from './compose-clients.ts';
import type { Preparation, ShardInterval, ShardResult, ShardTask } from './shard-messages.ts';
import { ShardParts } from './shard-parts.ts';
import type { Taps } from './taps.ts';

/** Interval at which the event-loop delay is sampled, ms. */
const LOOP_DELAY_RESOLUTION_MS = 10;

/** One worker's share of the clients, from their first token to the end of the run. */
export class Shard {
  readonly #parts: ShardParts;
  readonly #loopDelay = monitorEventLoopDelay({ resolution: LOOP_DELAY_RESOLUTION_MS });
  /** null: they have not begun to arrive */
  #running: ComposedClients | null = null;
  #start: RunStart | null = null;
  #over = false;
  #protocolFailed: (error: ProtocolFailed) => void = (error) => {
    throw error;
  };
  /** time after the end of the run at which this shard ended it, ms */
  #endLateMs = 0;

  private constructor(parts: ShardParts) {
    this.#parts = parts;
  }

  /** Does everything that can fail, before the run starts: see `ShardParts.prepare`. */
  static async prepare(task: ShardTask, taps: Taps | null = null): Promise<Shard> {
    return new Shard(await ShardParts.prepare(task, taps));
  }

  /** Sets the receiver of the failure of a protocol of the user's own, which ends the run. */
  onProtocolFailure(failed: (error: ProtocolFailed) => void): void {
    this.#protocolFailed = failed;
  }

  #reportProtocol(method: string, what: string): void {
    const { target } = this.#parts.task.scenario;
    if (target.kind !== 'url' || target.protocol.kind !== 'module') return;
    const { access, refresh } = this.#parts.credentials;
    const secrets = [...access, ...refresh, ...this.#parts.fixedSecrets()];
    const clean = quotable(
      what,
      secrets.filter((secret) => secret !== undefined),
    );
    this.#protocolFailed(new ProtocolFailed(failureText(target.protocol.file, method, clean)));
  }

  /** Progress of the logins before the run; null: there are none. */
  get logins(): LoginTally | null {
    return this.#parts.logins?.tally ?? null;
  }

  /** Logs the clients in where they do so before the run, and estimates how long `go` takes before the first can arrive. */
  async prepared(): Promise<Preparation> {
    await this.#parts.logins?.run();
    const isMinting = this.#parts.logins === null && !arrivesTokenless(this.#parts.task.scenario);
    const leadTimeMs = isMinting ? this.#parts.numbers.length * (await mintingMs(this.#parts.minter)) : 0;
    return { leadTimeMs, logins: this.logins, seen: this.#parts.sightings.export() };
  }

  /** Gives the clients their first tokens, and lets them arrive. */
  async go(start: RunStart): Promise<void> {
    this.#start = start;
    const clients = composeClients(this.#parts, start, (method, what) => this.#reportProtocol(method, what));
    await clients.populate();
    if (this.#over) return clients.composed.port.close();
    this.#running = clients;
    this.#loopDelay.enable();
    clients.begin();
  }

  /** Begins a fault that was injected by hand; those of the scenario begin by themselves. */
  begin(occurrence: Occurrence): void {
    this.#running?.faults.begin(occurrence);
    // The call comes from outside the loop, which may sleep past the new alarm.
    this.#running?.loop.nudge();
  }

  rotate(inRotation: readonly number[]): void {
    this.#parts.gateways.rotate(inRotation);
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
    this.#parts.recorder.behind(clientsBehind(clients, now, Math.min(now, this.#parts.task.scenario.durationMs)));
  }

  #interval(): ShardInterval {
    return {
      histograms: this.#parts.recorder.takeInterval(),
      loopDelayP99Ms: Math.max(0, this.#loopDelay.percentile(99) / 1e6 - LOOP_DELAY_RESOLUTION_MS),
      wallErrorMs: this.#start === null ? 0 : wallErrorMs(this.#start),
      endLateMs: this.#endLateMs,
      delayedAttempts: this.#running?.composed.dialler.delayed ?? 0,
      delayedRequests: this.#running?.composed.tokenClient.delayed ?? 0,
      delayedJoinRequests: this.#running?.composed.joinRequests?.delayed ?? 0,
      renewed: this.#parts.tokens.kept?.take() ?? [],
      faults: this.#parts.faultWorld.tallies.plain,
      ownProcess: null,
    };
  }

  /** Ends the run: nothing more starts, and every socket is closed. */
  async windDown(): Promise<ShardResult> {
    this.#over = true;
    this.#parts.tokens.kept?.end();
    this.#parts.logins?.stop();
    if (this.#running) {
      const { machine, clock, loop, composed, faults, late } = this.#running;
      loop.stop();
      faults.stop();
      const now = clock.now();
      this.#endLateMs = Math.max(0, now - this.#parts.task.scenario.durationMs);
      this.#lookBehind();
      late.stop();
      for (let client = 0; client < this.#parts.numbers.length; client++) {
        late.windsDown(client, now);
        machine.windDown(client, now);
      }
      faults.close();
      await composed.port.close();
    } else await this.#parts.tokens.source.close();
    this.#parts.record?.close();
    this.#loopDelay.disable();
    return {
      interval: this.#interval(),
      commands: this.#parts.commands.export(),
      seen: this.#parts.sightings.export(),
      refusedAtFirstUse: this.#running?.composed.tokenClient.refusedAtFirstUse ?? 0,
    };
  }
}
