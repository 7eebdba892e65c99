import { numberOf, type ClientContext } from '../core/client/context.ts';
import type { Machine } from '../core/client/machine.ts';
import { plainTallies, type FaultTally, Tally } from '../core/fault/fault.ts';
import { FurtherDraws } from '../core/fault/further-draws.ts';
import { hitsOf, type Hits } from '../core/fault/select.ts';
import { revokes } from '../core/fault/session.ts';
import { isSessionOccurrence, sessionHits } from '../core/fault/session-hits.ts';
import { actingMs, type Occurrence } from '../core/fault/occurrence.ts';
import type { EventQueue } from '../core/time/event-queue.ts';
import type { MonoMs } from '../core/time/instant.ts';
import { clockInjection } from './injections/clock.ts';
import type { Injection, FaultContext } from './injections/injection.ts';
import { InjectionRun, type ShardHits } from './injections/injection-run.ts';
import { dropInjection } from './injections/drop.ts';
import { linkInjection } from './injections/link.ts';
import { revokedInjection } from './injections/revoked.ts';
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
  readonly #context: ClientContext;
  readonly #perUser: number;
  readonly #faultContext: FaultContext;
  readonly #queue: EventQueue;
  readonly #slot: number;
  readonly #now: () => MonoMs;
  readonly #going = new Map<number, Going>();
  /** those that are still to begin, the next one last */
  #planned: Occurrence[] = [];
  readonly #tallies = new Map<number, Tally>();

  /** @param slot of the queue, for these faults alone; its owner calls `ring` */
  constructor(
    life: ClientContext,
    perUser: number,
    machine: Machine,
    port: LivePort,
    queue: EventQueue,
    slot: number,
    now: () => MonoMs,
  ) {
    this.#context = life;
    this.#perUser = perUser;
    this.#faultContext = {
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
  plan(occurrences: readonly Occurrence[]): void {
    this.#planned = occurrences.toSorted((a, b) => b.atMs - a.atMs || b.index - a.index);
    this.#setAlarm();
  }

  /** Begins an occurrence now. Whom it hits when is counted from when it was meant to begin. */
  begin(occurrence: Occurrence): void {
    this.#going.set(occurrence.index, this.#start(occurrence));
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
    this.#faultContext.port.clearAll();
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

  #start(occurrence: Occurrence): Going {
    const { fault } = occurrence;
    const tally = this.#tallyOf(occurrence);
    const { port } = this.#faultContext;
    if (fault.kind !== 'refresh' && fault.kind !== 'handshake') {
      return new InjectionRun(this.#deedOf(occurrence), tally, this.#shardHits(occurrence), fault.forMs);
    }
    port.obstruct(occurrence, fault, tally);
    return new Standing(occurrence.atMs + actingMs(fault), () => port.clear(occurrence.index));
  }

  /** What becomes of sessions is counted where it happens, at the target. */
  #tallyOf(occurrence: Occurrence): Tally {
    if (isSessionOccurrence(occurrence)) return new Tally();
    const tally = this.#tallies.get(occurrence.faultIndex) ?? new Tally();
    this.#tallies.set(occurrence.faultIndex, tally);
    return tally;
  }

  /** This shard's. */
  #shardHits(occurrence: Occurrence): ShardHits {
    const { shard, shards } = this.#context;
    const { clients, atMs } = this.#hitsOf(occurrence);
    const ranks = Array.from(clients.keys()).filter((rank) => clients[rank]! % shards === shard);
    return {
      clients: ranks.map((rank) => (clients[rank]! - shard) / shards),
      atMs: ranks.map((rank) => atMs[rank]!),
    };
  }

  #hitsOf(occurrence: Occurrence): Hits {
    const { planned, draws } = this.#context;
    if (!isSessionOccurrence(occurrence)) return hitsOf(draws, occurrence, planned, occurrence.atMs);
    return sessionHits(draws, occurrence, { count: planned, perUser: this.#perUser }, occurrence.atMs);
  }

  #deedOf(occurrence: Occurrence): Injection {
    const { fault } = occurrence;
    switch (fault.kind) {
      case 'clock':
        return clockInjection(fault, this.#faultContext);
      case 'link':
        return linkInjection(fault, occurrence, this.#faultContext);
      case 'drop':
        return dropInjection(fault, this.#faultContext);
      case 'session':
        return revokes(fault.mode) ? revokedInjection(this.#faultContext) : UNNOTICED;
      default:
        return NOT_HERE;
    }
  }
}

const UNNOTICED: Injection = { inject: () => null };
const NOT_HERE: Injection = { inject: () => 'failed' };

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
