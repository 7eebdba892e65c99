import type { Effects } from '../../metrics/ledger.ts';
import { readWholeJournal } from '../../metrics/journal.ts';
import type { IntegrityIssue } from '../../metrics/run.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { EventLog } from './event-log.ts';

const UNKNOWN_EFFECTS = "lost, duplicated and unexpected commands are not known: the gateway's record of effects";

/** Reads the gateway's record of effects; null: there is none, or it is incomplete. */
export function effectsOf(
  { target, clients }: Scenario,
  journalFile: string | null,
  recorded: number,
  log: EventLog,
): Effects | null {
  if (target.kind !== 'embedded' || journalFile === null) return null;
  if (clients.commands === null) return () => 0;
  const { ledger, flaw } = readWholeJournal(journalFile, clients.count, recorded);
  if (flaw !== null) unknownEffects(log, flaw);
  return log.issues.some(isUnknownEffects) ? null : (client, seq) => ledger.count(client, seq);
}

/** Reports unknown effects, once a run. */
export function unknownEffects(log: EventLog, why: string): void {
  if (!log.issues.some(isUnknownEffects)) log.spoil('journal-incomplete', `${UNKNOWN_EFFECTS} ${why}`);
}

function isUnknownEffects({ kind }: IntegrityIssue): boolean {
  return kind === 'journal-incomplete';
}
