import { partMs } from '../codec/time-part.ts';
import { EventQueue } from '../time/event-queue.ts';
import { mono, type MonoMs } from '../time/instant.ts';
import type { ActiveFault } from './active-fault.ts';
import type { ConnectionWorld } from './connection-faults.ts';
import type { DropMode } from './drop.ts';
import type { Beginning } from './injector.ts';
import { hitsOf, type Hits } from './select.ts';

/**
 * Closes the connections of drawn clients when they reach an age. A connection that becomes ready after a look at its
 * client cannot reach the limit sooner than the limit's length after that look, so one alarm a client finds each
 * connection in time, and nothing has to report connections that become ready.
 */
export class AgeLimit implements ActiveFault {
  readonly #beginning: Beginning<'age'>;
  readonly #world: ConnectionWorld;
  readonly #hits: Hits;
  readonly #close: DropMode;
  /** by rank: when to look at the client next */
  readonly #looks: EventQueue;
  /** by rank: the connection that was seen last, by when it became ready, and its limit */
  readonly #seenSince: Float64Array;
  readonly #limitMs: Float64Array;
  #stopped = false;

  constructor(beginning: Beginning<'age'>, world: ConnectionWorld) {
    const { occurrence, fromMs } = beginning;
    const { code, reason } = occurrence.fault;
    this.#beginning = beginning;
    this.#world = world;
    this.#hits = world.local(hitsOf(world.draws, occurrence, world.devices.count, fromMs));
    this.#close = { kind: 'close', code, reason };
    const { length } = this.#hits.clients;
    this.#looks = new EventQueue(length);
    this.#seenSince = new Float64Array(length).fill(NaN);
    this.#limitMs = new Float64Array(length);
    for (const [rank, atMs] of this.#hits.atMs.entries()) this.#looks.set(rank, atMs);
  }

  advance(now: MonoMs): number {
    while (this.#nextAt <= now) {
      const rank = this.#looks.pop();
      const nextAt = this.#look(rank, now);
      if (nextAt < this.#endOf(rank)) this.#looks.set(rank, nextAt);
    }
    return this.#nextAt;
  }

  get isOver(): boolean {
    return this.#nextAt === Infinity;
  }

  /** Nothing is missed: what counts is a connection that reached its limit in time. */
  stop(): void {
    this.#stopped = true;
  }

  close(): void {
    this.#stopped = true;
  }

  get #nextAt(): number {
    return this.#stopped ? Infinity : this.#looks.nextAt();
  }

  /** Closes the client's connection if it has reached its limit. @returns when to look again */
  #look(rank: number, now: MonoMs): number {
    const { connections } = this.#world;
    const { fault } = this.#beginning.occurrence;
    const client = this.#hits.clients[rank]!;
    const since = connections.readySince(client);
    const latest = now + fault.limitMs;
    if (since === Infinity) return latest;
    const reachedAt = mono(since + this.#limitOf(rank, client, since));
    if (reachedAt > now) return Math.min(reachedAt, latest);
    if (connections.drop(client, this.#close, now) === null) {
      this.#beginning.tally.planned += 1;
      this.#beginning.tally.hit += 1;
    }
    return latest;
  }

  /** The limit of the client's connection, drawn when it is seen first. */
  #limitOf(rank: number, client: number, since: number): number {
    if (this.#seenSince[rank] !== since) {
      const { occurrence } = this.#beginning;
      const { limitMs, jitter } = occurrence.fault;
      const jitterMs = partMs(jitter, limitMs);
      this.#seenSince[rank] = since;
      this.#limitMs[rank] = limitMs + (jitterMs === 0 ? 0 : jitterMs * this.#world.draw(occurrence, client));
    }
    return this.#limitMs[rank]!;
  }

  #endOf(rank: number): number {
    const { forMs } = this.#beginning.occurrence.fault;
    return forMs === 0 ? Infinity : this.#hits.atMs[rank]! + forMs;
  }
}
