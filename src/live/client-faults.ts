import { numberOf, type Life } from '../core/client/life.ts';
import type { Machine } from '../core/client/machine.ts';
import { type FaultTally, Tally } from '../core/fault/fault.ts';
import { hitsOf, type Hits } from '../core/fault/select.ts';
import { revokes } from '../core/fault/session.ts';
import { isSessionStrike, sessionHits } from '../core/fault/session-hits.ts';
import type { Strike } from '../core/fault/strike.ts';
import type { EventQueue } from '../core/time/event-queue.ts';
import { mono, type MonoMs } from '../core/time/instant.ts';
import { clockDeed } from './deeds/clock.ts';
import type { Deed, Victims } from './deeds/deed.ts';
import { dropDeed } from './deeds/drop.ts';
import { linkDeed } from './deeds/link.ts';
import { revokedDeed } from './deeds/revoked.ts';
import type { LivePort } from './live-port.ts';

/** One occurrence of a fault in the act: this shard's drawn clients in the order in which it hits them. */
interface Act {
  readonly deed: Deed;
  readonly tally: Tally;
  readonly clients: readonly number[];
  readonly atMs: readonly number[];
  /** how long it lasts for each; 0: it is not undone */
  readonly forMs: number;
  readonly hit: boolean[];
  /** the next to be hit, and the next for whom it is over */
  struck: number;
  undone: number;
}

/** The faults that are carried out where the clients are, on those of one shard. */
export class ClientFaults {
  readonly #life: Life;
  readonly #perUser: number;
  readonly #victims: Victims;
  readonly #queue: EventQueue;
  readonly #slot: number;
  readonly #now: () => MonoMs;
  readonly #acts = new Map<number, Act>();
  readonly #tallies = new Map<number, Tally>();

  /** @param slot of the queue, for these faults alone; its owner calls `ring` */
  constructor(
    life: Life,
    perUser: number,
    machine: Machine,
    port: LivePort,
    queue: EventQueue,
    slot: number,
    now: () => MonoMs,
  ) {
    this.#life = life;
    this.#perUser = perUser;
    this.#victims = { machine, port, draws: life.draws, numberOf: (client) => numberOf(life, client) };
    this.#queue = queue;
    this.#slot = slot;
    this.#now = now;
  }

  /** By the fault's place among those of the run. */
  get tallies(): Readonly<Record<number, FaultTally>> {
    return Object.fromEntries(
      Array.from(this.#tallies, ([index, { planned, hit, missed }]) => [
        index,
        { planned, hit, missed: { ...missed } },
      ]),
    );
  }

  /** Begins an occurrence. Whom it hits when is counted from when it was meant to begin. */
  begin(strike: Strike): void {
    const tally = this.#tallyOf(strike);
    const deed = this.#deedOf(strike);
    const { shard, shards } = this.#life;
    const hits = this.#hitsOf(strike);
    const mine = Array.from(hits.clients.keys()).filter((rank) => hits.clients[rank]! % shards === shard);
    tally.planned += mine.length;
    const act: Act = {
      deed,
      tally,
      clients: mine.map((rank) => (hits.clients[rank]! - shard) / shards),
      atMs: mine.map((rank) => hits.atMs[rank]!),
      forMs: strike.fault.forMs,
      hit: [],
      struck: 0,
      undone: 0,
    };
    this.#acts.set(strike.index, act);
    this.ring(this.#now());
  }

  /** The alarm rang: whoever is due is hit, or relieved. */
  ring(now: MonoMs): void {
    for (const [index, act] of this.#acts) {
      goOn(act, now);
      if (nextAt(act) === Infinity) this.#acts.delete(index);
    }
    this.#queue.set(this.#slot, Math.min(Infinity, ...Array.from(this.#acts.values(), nextAt)));
  }

  /** The run is over: what stands between clients and gateway goes. */
  close(): void {
    for (const act of this.#acts.values()) {
      act.tally.miss('run-over', act.clients.length - act.struck);
      for (; act.undone < act.struck; act.undone++) {
        if (act.hit[act.undone]) act.deed.undo?.(act.clients[act.undone]!, this.#now());
      }
    }
    this.#acts.clear();
  }

  /** What becomes of sessions is counted where it happens, at the target. */
  #tallyOf(strike: Strike): Tally {
    if (isSessionStrike(strike)) return new Tally();
    const tally = this.#tallies.get(strike.faultIndex) ?? new Tally();
    this.#tallies.set(strike.faultIndex, tally);
    return tally;
  }

  #hitsOf(strike: Strike): Hits {
    const { planned, draws } = this.#life;
    if (!isSessionStrike(strike)) return hitsOf(draws, strike, planned, strike.atMs);
    return sessionHits(draws, strike, { count: planned, perUser: this.#perUser }, strike.atMs);
  }

  #deedOf(strike: Strike): Deed {
    const { fault } = strike;
    switch (fault.kind) {
      case 'clock':
        return clockDeed(fault, this.#victims);
      case 'link':
        return linkDeed(fault, strike, this.#victims);
      case 'drop':
        return dropDeed(fault, this.#victims);
      case 'session':
        return revokes(fault.mode) ? revokedDeed(this.#victims) : UNNOTICED;
      default:
        return NOT_HERE;
    }
  }
}

const UNNOTICED: Deed = { strike: () => null };
const NOT_HERE: Deed = { strike: () => 'failed' };

function goOn(act: Act, now: MonoMs): void {
  for (; act.struck < act.clients.length && act.atMs[act.struck]! <= now; act.struck++) {
    const why = act.deed.strike(act.clients[act.struck]!, mono(now), mono(act.atMs[act.struck]!));
    act.hit[act.struck] = why === null;
    if (why === null) act.tally.hit += 1;
    else act.tally.miss(why);
  }
  if (act.forMs === 0) return;
  for (; act.undone < act.struck && act.atMs[act.undone]! + act.forMs <= now; act.undone++) {
    if (act.hit[act.undone]) act.deed.undo?.(act.clients[act.undone]!, mono(now));
  }
}

function nextAt({ clients, atMs, forMs, struck, undone }: Act): number {
  const strikeAt = struck < clients.length ? atMs[struck]! : Infinity;
  const undoAt = forMs > 0 && undone < clients.length ? atMs[undone]! + forMs : Infinity;
  return Math.min(strikeAt, undoAt);
}
