import { faultWorld } from '../core/fault/injector.ts';
import type { Occurrence } from '../core/fault/occurrence.ts';
import { Draws } from '../core/random/draws.ts';
import { sharedNowMs } from '../metrics/wall-clock.ts';
import { importSigningKey } from '../jwt/keys.ts';
import { TrueAccounts } from './accounts.ts';
import { drain } from './drain.ts';
import type { Effects } from './effects.ts';
import { Faults } from './faults.ts';
import type { Gateway } from './gateway.ts';
import { SigningKeys } from './signing-keys.ts';
import { JWKS_PATH, NOTHING_COUNTED, type TargetConfig, type TargetCounts } from './protocol.ts';
import { WallServiceClock } from './service-clock.ts';
import { Sessions } from './sessions.ts';
import type { TokenService } from './token-service.ts';

/** One process of the embedded target: a gateway, a token service, or both with a shared key, by its role. */
export class EmbeddedTarget {
  /** URL of the gateway; empty: this process has none */
  gatewayUrl = '';
  /** URL of the token service; empty: this process has none */
  tokenUrl = '';
  readonly #parts: Parts;
  #stopDrain: (() => void) | undefined;

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Replays the journal, binds the ports and serves.
   * @param onBroken called when the journal can no longer be written; the target should then die
   * @throws Error when the key does not fit, the journal cannot be opened or a port cannot be bound
   */
  static async start(config: TargetConfig, onBroken: (error: unknown) => void): Promise<EmbeddedTarget> {
    const key = await importSigningKey(config.privateJwk, config.algorithm);
    const accounts = new TrueAccounts(config.count);
    const clocks = {
      gateway: new WallServiceClock(config.wallAnchor),
      'token-service': new WallServiceClock(config.wallAnchor),
    };
    // A process loads only what its role needs.
    const service = config.role === 'gateway' ? null : await import('./token-service.ts');
    const gateways = config.role === 'token-service' ? null : await import('./gateway.ts');
    const sessions = new Sessions(config.room.all, clocks.gateway);
    const keys = new SigningKeys(key);
    const world = faultWorld(
      new Draws(config.seed),
      { count: config.count, perUser: config.perUser },
      { process: config.gateway, processes: config.gateways },
    );
    const faults = new Faults({ ...world, connections: sessions, accounts, keys, clocks });
    const parts: Parts = { faults, sessions };
    if (service !== null) {
      const clock = clocks['token-service'];
      parts.tokenService = new service.TokenService(config, { keys, clock, faults: world.refreshes, accounts });
    }
    if (gateways !== null) {
      const { openEffects } = await import('./open-effects.ts');
      const effects = openEffects(config, onBroken);
      parts.effects = effects;
      const clock = clocks.gateway;
      parts.gateway = new gateways.Gateway(config, {
        key,
        clock,
        sessions,
        effects,
        accounts,
        faults: world.handshakes,
      });
    }
    const target = new EmbeddedTarget(parts);
    try {
      await target.#listen(config.jwksUrl);
      return target;
    } catch (error) {
      target.stop();
      throw error;
    }
  }

  /** @param hrMs start of the run by the clock that all processes share, ms */
  runBegins(hrMs: number): void {
    this.#parts.gateway?.runBegins(performance.now() + hrMs - sharedNowMs());
  }

  /** Begins an occurrence: see `Faults.begin`. */
  begin(occurrence: Occurrence, agoMs?: number, isCounted?: boolean): void {
    this.#parts.faults.begin(occurrence, agoMs, isCounted);
  }

  end(index: number): void {
    this.#parts.faults.end(index);
  }

  /** Closes all connections, the last one after `overMs`. */
  drain(overMs: number, done: () => void): void {
    this.#stopDrain = drain(this.#parts.sessions, overMs, done);
  }

  /** Sets the share of the capacity at which handshakes are served. */
  setCapacity(share: number): void {
    this.#parts.gateway?.setCapacity(share);
  }

  counts(): TargetCounts {
    const { gateway, tokenService, faults, effects } = this.#parts;
    // A counted effect must stand in the journal even if this process is killed next.
    effects?.commit();
    return {
      ...NOTHING_COUNTED,
      ...gateway?.counts,
      ...tokenService?.counts,
      effects: effects?.effects ?? 0,
      duplicated: effects?.duplicated ?? 0,
      faults: faults.tallies,
    };
  }

  /** Returns the final counts; hits that were still to come count as missed. */
  finish(): TargetCounts {
    this.#parts.faults.stop();
    return this.counts();
  }

  /** Ends every connection and commits pending effects. */
  stop(): void {
    const { gateway, tokenService, faults, effects } = this.#parts;
    this.#stopDrain?.();
    faults.stop();
    gateway?.close();
    tokenService?.close();
    effects?.close();
  }

  async #listen(jwksUrl: string | null): Promise<void> {
    const { gateway, tokenService } = this.#parts;
    if (tokenService) this.tokenUrl = await tokenService.listen();
    if (gateway) this.gatewayUrl = await gateway.listen(jwksUrl ?? new URL(JWKS_PATH, this.tokenUrl).href);
  }
}

interface Parts {
  readonly faults: Faults;
  readonly sessions: Sessions;
  gateway?: Gateway;
  tokenService?: TokenService;
  effects?: Effects;
}
