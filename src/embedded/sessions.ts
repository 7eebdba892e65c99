import { EventQueue } from '../core/time/event-queue.ts';
import { wall, type WallMs } from '../core/time/instant.ts';
import type { FaultedConnections } from '../core/fault/connection-faults.ts';
import type { DropMode } from '../core/fault/drop.ts';
import type { Miss } from '../core/fault/fault.ts';
import { Alarm } from './alarm.ts';
import type { WallServiceClock } from './service-clock.ts';
import type { Session } from './session.ts';

/** The open connections, by slot and by client, with one timer for all deadlines. */
export class Sessions implements FaultedConnections {
  readonly #bySlot: (Session | undefined)[] = [];
  readonly #freeSlots: number[] = [];
  /** newest ready connection of each client */
  readonly #byClient = new Map<number, Session>();
  readonly #room: number;
  readonly #clock: WallServiceClock;
  readonly #deadlines: EventQueue;
  readonly #alarm = new Alarm(() => this.#wakeDue());

  /**
   * @param room most open connections
   * @param clock clock of the deadlines
   */
  constructor(room: number, clock: WallServiceClock) {
    this.#room = room;
    this.#clock = clock;
    this.#deadlines = new EventQueue(room);
  }

  /** Number of open connections, authenticated or not. */
  get open(): number {
    return this.#bySlot.length - this.#freeSlots.length;
  }

  get full(): boolean {
    return this.open >= this.#room;
  }

  /** Makes a session in a free slot, of which there must be one: see `full`. */
  add(make: (slot: number) => Session): Session {
    const slot = this.#freeSlots.pop() ?? this.#bySlot.length;
    const session = make(slot);
    this.#bySlot[slot] = session;
    return session;
  }

  ready(session: Session): void {
    this.#byClient.set(session.client, session);
  }

  ofClient(client: number): Session | undefined {
    return this.#byClient.get(client);
  }

  readySince(client: number): number {
    const session = this.#byClient.get(client);
    return session?.ready === true ? session.readySince : Infinity;
  }

  drop(client: number, mode: DropMode): Miss | null {
    const session = this.#byClient.get(client);
    if (session?.ready !== true) return 'not-connected';
    session.drop(mode);
    return null;
  }

  remove(session: Session): void {
    this.wakeAt(session, wall(Infinity));
    this.#bySlot[session.slot] = undefined;
    this.#freeSlots.push(session.slot);
    if (this.#byClient.get(session.client) === session) this.#byClient.delete(session.client);
  }

  /** Sets a session's only deadline. */
  wakeAt(session: Session, at: WallMs): void {
    this.#deadlines.set(session.slot, performance.now() + this.#clock.msUntil(at));
    this.#alarm.set(this.#deadlines.nextAt());
  }

  forEach(visit: (session: Session) => void): void {
    for (const session of this.#bySlot) if (session !== undefined) visit(session);
  }

  close(): void {
    this.#alarm.set(Infinity);
  }

  #wakeDue(): void {
    while (this.#deadlines.nextAt() <= performance.now()) this.#bySlot[this.#deadlines.pop()]?.wake();
    this.#alarm.set(this.#deadlines.nextAt());
  }
}
