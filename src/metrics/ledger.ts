import { STATUS, type CommandRecord } from './command-log.ts';
import type { Curves } from './curves.ts';
import type { LedgerTotals } from './measurements.ts';

/** Returns the number of a command's effects in the gateway's record. `client` is its number in the population. */
export type Effects = (client: number, seq: number) => number;

/**
 * Joins the clients' records of their commands with the gateway's record of effects. Every due command was sent, skipped
 * or waits for a connection, so that due = sent + skipped + waiting. Every command that was sent is in exactly one class,
 * so that sent = acknowledged + lost + unexpected + inFlight:
 *
 *                          effect          no effect
 *     acknowledged         acknowledged    lost (misreported by the gateway)
 *     given up             unexpected      lost
 *     neither, at the end  inFlight        inFlight
 *
 * Commands of unknown clients, which `measure` takes out of the waiting and the inFlight ones, are a class of their own.
 * The gateway misreported lost + unexpected - gaveUp commands. An effect beyond the first counts as duplicated in every
 * class; its cause is a resend if the client had sent the command again, and otherwise not the client.
 *
 * @param effects null: the gateway's record is unknown. Acknowledgements are then trusted, and counts that need the
 * record are null, as they are when a log had more commands than it tracks
 * @param curves curves of the same run, which count due commands
 */
export function joinLedger(
  records: readonly CommandRecord[],
  effects: Effects | null,
  curves: Curves,
): Omit<LedgerTotals, 'unknown'> {
  const complete = records.every(({ untracked }) => untracked.sent === 0);
  const tally = new Tally();
  for (const record of records) tally.addRecord(record, complete ? effects : null);
  return { ...tally.totals(complete && effects !== null), ...unsent(curves) };
}

/** The due commands, and those among them that were not sent. */
export function unsent(curves: Curves): Pick<LedgerTotals, 'due' | 'skipped' | 'waiting'> {
  const due = curves.total('due');
  const skipped = curves.total('skipped');
  return { due, skipped, waiting: due - skipped - curves.total('sent') };
}

/**
 * The ledger of a running run, from its curves.
 *
 * @param duplicated the gateway's running total; null: unknown
 */
export function runningLedger(curves: Curves, duplicated: number | null): Omit<LedgerTotals, 'unknown'> {
  const sent = curves.total('sent');
  const acknowledged = curves.total('acknowledged');
  const gaveUp = curves.total('gaveUp');
  return {
    ...unsent(curves),
    sent,
    acknowledged,
    gaveUp,
    inFlight: sent - acknowledged - gaveUp,
    lost: null,
    duplicated,
    unexpected: null,
    duplicatedBy: null,
  };
}

class Tally {
  #sent = 0;
  #acknowledged = 0;
  #gaveUp = 0;
  #lost = 0;
  #unexpected = 0;
  #inFlight = 0;
  #byResend = 0;
  #byOther = 0;

  addRecord({ shard, shards, lengths, status, untracked }: CommandRecord, effects: Effects | null): void {
    let offset = 0;
    for (const [index, length] of lengths.entries()) {
      const client = index * shards + shard;
      for (let seq = 0; seq < length; seq++) {
        const bits = status[offset + seq]!;
        if (bits !== 0) this.#addCommand(bits, effects === null ? null : effects(client, seq));
      }
      offset += length;
    }
    this.#sent += untracked.sent;
    this.#acknowledged += untracked.acknowledged;
    this.#gaveUp += untracked.gaveUp;
    this.#inFlight += untracked.sent - untracked.acknowledged - untracked.gaveUp;
  }

  #addCommand(status: number, effects: number | null): void {
    this.#sent++;
    const acknowledged = (status & STATUS.acknowledged) !== 0;
    const gaveUp = (status & STATUS.gaveUp) !== 0;
    if (gaveUp) this.#gaveUp++;
    if (!acknowledged && !gaveUp) this.#inFlight++;
    else if (effects === 0) this.#lost++;
    else if (acknowledged) this.#acknowledged++;
    else this.#unexpected++;
    const extra = Math.max(0, (effects ?? 0) - 1);
    if (status & STATUS.resent) this.#byResend += extra;
    else this.#byOther += extra;
  }

  /** @param joined whether the gateway's record is known */
  totals(joined: boolean): Omit<LedgerTotals, 'due' | 'skipped' | 'waiting' | 'unknown'> {
    return {
      sent: this.#sent,
      acknowledged: this.#acknowledged,
      gaveUp: this.#gaveUp,
      inFlight: this.#inFlight,
      lost: joined ? this.#lost : null,
      duplicated: joined ? this.#byResend + this.#byOther : null,
      unexpected: joined ? this.#unexpected : null,
      duplicatedBy: joined ? { resend: this.#byResend, other: this.#byOther } : null,
    };
  }
}
