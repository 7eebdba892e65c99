import { numberOf, type Life } from '../core/client/life.ts';
import type { Machine } from '../core/client/machine.ts';
import { plainTallies, type FaultTally, Tally } from '../core/fault/fault.ts';
import { FurtherDraws } from '../core/fault/further-draws.ts';
import { hitsOf, type Hits } from '../core/fault/select.ts';
import { revokes } from '../core/fault/session.ts';
import { isSessionStrike, sessionHits } from '../core/fault/session-hits.ts';
import { actingMs, type Strike } from '../core/fault/strike.ts';
import type { EventQueue } from '../core/time/event-queue.ts';
import type { MonoMs } from '../core/time/instant.ts';
import { clockDeed } from './deeds/clock.ts';
import type { Deed, Victims } from './deeds/deed.ts';
import { DeedRun, type Struck } from './deeds/deed-run.ts';
import { dropDeed } from './deeds/drop.ts';
import { linkDeed } from './deeds/link.ts';
import { revokedDeed } from './deeds/revoked.ts';
import type { LivePort } from './live-port.ts';

/** One occurrence of a fault that goes on. */
interface Going {
  /** when it wants to go on; Infinity when it is over */
  readonly nextAt: number;
  goOn(now: MonoMs): void;
  /** the run is over: it hits nobody else */
  stop(): void;
  /** the clients have left: what it has put in their way goes */
  close(now: MonoMs): void;
}

/** The faults that are carried out where the clients are, on those of one shard. */
export class ClientFaults {
  readonly #life: Life;
  readonly #perUser: number;
  readonly #victims: Victims;
  readonly #queue: EventQueue;
  readonly #slot: number;
  readonly #now: () => MonoMs;
  readonly #going = new Map<number, Going>();
  /** those that are still to begin, the next one last */
  #planned: Strike[] = [];
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
    this.#victims = {
      machine,
      port,
      further: new FurtherDraws(life.draws, life.planned),
      numberOf: (client) => numberOf(life, client),
    };
    this.#queue = queue;
    this.#slot = slot;
    this.#now = now;
  }

  /** By the fault's place among those of the run. */
  get tallies(): Readonly<Record<number, FaultTally>> {
    return plainTallies(this.#tallies);
  }

  /** Occurrences that begin by themselves, each before whatever else is due at that instant. */
  plan(strikes: readonly Strike[]): void {
    this.#planned = strikes.toSorted((a, b) => b.atMs - a.atMs || b.index - a.index);
    this.#setAlarm();
  }

  /** Begins an occurrence now. Whom it hits when is counted from when it was meant to begin. */
  begin(strike: Strike): void {
    this.#going.set(strike.index, this.#start(strike));
    this.ring(this.#now());
  }

  /** The alarm rang: whoever is due is hit, or relieved. */
  ring(now: MonoMs): void {
    for (let next = this.#planned.at(-1); next !== undefined && next.atMs <= now; next = this.#planned.at(-1)) {
      this.#going.set(next.index, this.#start(next));
      this.#planned.pop();
    }
    for (const [index, going] of this.#going) {
      going.goOn(now);
      if (going.nextAt === Infinity) this.#going.delete(index);
    }
    this.#setAlarm();
  }

  /** The run is over: what was still to be done has missed. */
  stop(): void {
    for (const going of this.#going.values()) going.stop();
    this.#victims.port.clearAll();
  }

  /** After `stop`, once the clients have left: what stands between them and their gateway goes. */
  close(): void {
    for (const going of this.#going.values()) going.close(this.#now());
    this.#going.clear();
  }

  #setAlarm(): void {
    const goesOnAt = Array.from(this.#going.values(), ({ nextAt }) => nextAt);
    this.#queue.set(this.#slot, Math.min(this.#planned.at(-1)?.atMs ?? Infinity, ...goesOnAt));
  }

  #start(strike: Strike): Going {
    const { fault } = strike;
    const tally = this.#tallyOf(strike);
    const { port } = this.#victims;
    if (fault.kind !== 'refresh' && fault.kind !== 'handshake') {
      return new DeedRun(this.#deedOf(strike), tally, this.#struckBy(strike), fault.forMs);
    }
    port.obstruct(strike, fault, tally);
    return new Standing(strike.atMs + actingMs(fault), () => port.clear(strike.index));
  }

  /** What becomes of sessions is counted where it happens, at the target. */
  #tallyOf(strike: Strike): Tally {
    if (isSessionStrike(strike)) return new Tally();
    const tally = this.#tallies.get(strike.faultIndex) ?? new Tally();
    this.#tallies.set(strike.faultIndex, tally);
    return tally;
  }

  /** This shard's. */
  #struckBy(strike: Strike): Struck {
    const { shard, shards } = this.#life;
    const { clients, atMs } = this.#hitsOf(strike);
    const ranks = Array.from(clients.keys()).filter((rank) => clients[rank]! % shards === shard);
    return {
      clients: ranks.map((rank) => (clients[rank]! - shard) / shards),
      atMs: ranks.map((rank) => atMs[rank]!),
    };
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

/** An occurrence that stands in the way until it is over. */
class Standing implements Going {
  nextAt: number;
  readonly #end: () => void;

  constructor(endAtMs: number, end: () => void) {
    this.nextAt = endAtMs;
    this.#end = end;
  }

  goOn(now: MonoMs): void {
    if (now < this.nextAt) return;
    this.nextAt = Infinity;
    this.#end();
  }

  /** What is still under way is counted by those who have met it. */
  stop(): void {}

  close(): void {}
}
