import { existsSync } from 'node:fs';
import { importSigningKey } from '../jwt/keys.ts';
import { Effects } from './effects.ts';
import { Faults } from './faults.ts';
import { Gateway } from './gateway.ts';
import { Journal, readJournal } from '../metrics/journal.ts';
import { EffectLedger } from '../metrics/effect-ledger.ts';
import type { TargetConfig, TargetCounts } from './protocol.ts';
import { TokenService } from './token-service.ts';

/** The whole embedded target: a gateway and a token service that share a key, a ledger and the run's faults. */
export class EmbeddedTarget {
  readonly gatewayUrl: string;
  readonly tokenUrl: string;
  readonly #parts: Parts;

  private constructor(parts: Parts, gatewayUrl: string, tokenUrl: string) {
    this.#parts = parts;
    this.gatewayUrl = gatewayUrl;
    this.tokenUrl = tokenUrl;
  }

  /**
   * Replays the journal, binds both ports and serves.
   * @param onBroken called when the journal can no longer be written; the target should then die
   * @throws Error when the key does not fit, the journal cannot be opened or a port cannot be bound
   */
  static async start(config: TargetConfig, onBroken: (error: unknown) => void): Promise<EmbeddedTarget> {
    const key = await importSigningKey(config.privateJwk, config.algorithm);
    const { journalFile, idempotent, ackDelayMs } = config;
    const ledger = journalFile !== null && existsSync(journalFile) ? readJournal(journalFile) : new EffectLedger();
    const journal = journalFile === null ? undefined : new Journal(journalFile);
    const effects = new Effects({ ledger, journal, idempotent, ackDelayMs, onBroken });
    const gateway = new Gateway(config, key, effects);
    const faults = new Faults(config, gateway.sessions);
    const tokenService = new TokenService(config, key, faults);
    const parts = { gateway, tokenService, faults, effects };
    try {
      return new EmbeddedTarget(parts, await gateway.listen(), await tokenService.listen());
    } catch (error) {
      closeAll(parts);
      throw error;
    }
  }

  beginFault(index: number): void {
    this.#parts.faults.begin(index);
  }

  endFault(index: number): void {
    this.#parts.faults.end(index);
    this.#parts.tokenService.release(index);
  }

  counts(): TargetCounts {
    const { gateway, tokenService, faults, effects } = this.#parts;
    return {
      ...gateway.counts,
      ...tokenService.counts,
      effects: effects.effects,
      duplicated: effects.duplicated,
      faults: faults.tallies,
    };
  }

  /** Ends every connection and writes what the journal still lacks. */
  stop(): void {
    closeAll(this.#parts);
  }
}

interface Parts {
  readonly gateway: Gateway;
  readonly tokenService: TokenService;
  readonly faults: Faults;
  readonly effects: Effects;
}

function closeAll({ gateway, tokenService, faults, effects }: Parts): void {
  faults.close();
  gateway.close();
  tokenService.close();
  effects.close();
}
