import { EffectLedger } from '../metrics/effect-ledger.ts';
import { Journal, JournalReader, readJournal } from '../metrics/journal.ts';
import { Effects } from './effects.ts';
import type { TargetConfig } from './protocol.ts';

type EffectsConfig = Pick<TargetConfig, 'journalFile' | 'memory' | 'gateways' | 'idempotent' | 'ackDelayMs'>;

/**
 * Opens the effects that a gateway starts from: those in the journal.
 *
 * @param onBroken called when the journal can no longer be written
 * @throws the file system's error when the journal cannot be opened
 */
export function openEffects(config: EffectsConfig, onBroken: (error: unknown) => void): Effects {
  const { journalFile, memory, gateways, idempotent, ackDelayMs } = config;
  const common = { idempotent, ackDelayMs, onBroken, journal: undefined, others: undefined, forgotten: undefined };
  if (journalFile === null) return new Effects({ ...common, ledger: new EffectLedger() });
  const journal = new Journal(journalFile);
  const forgotten = memory === 'lost' ? readJournal(journalFile) : undefined;
  const reader = new JournalReader(journalFile);
  reader.read();
  const known = { ...common, ledger: reader.ledger, journal, forgotten };
  if (gateways > 1) return new Effects({ ...known, others: reader });
  reader.close();
  return new Effects(known);
}
