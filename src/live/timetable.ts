import type { Fault } from '../core/fault/fault.ts';
import { faultLabel } from '../core/fault/label.ts';
import { concernsClients, placeOf } from '../core/fault/place.ts';
import { actingMs, injected, strikesOf, type Strike } from '../core/fault/strike.ts';
import type { EventQueue } from '../core/time/event-queue.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { AtHand } from './at-hand/at-hand.ts';
import { MAX_FAULTS } from '../scenario/limits.ts';
import type { EventLog } from './event-log.ts';
import type { Gauge } from './gauge.ts';
import type { Shards } from './shards.ts';
import type { Target } from './target.ts';

export interface TimetableParts {
  readonly scenario: Scenario;
  readonly queue: EventQueue;
  /** the first of its slots; a beginning and an end for each strike */
  readonly firstSlot: number;
  readonly shards: Shards;
  readonly gauge: Gauge;
  readonly target: Target | null;
  readonly atHand: AtHand;
  readonly log: EventLog;
}

/** What is to be broken when: the strikes of a run, told to whoever carries them out. */
export class Timetable {
  readonly #parts: TimetableParts;
  readonly #strikes: Strike[];
  #faults: number;

  constructor(parts: TimetableParts) {
    const { faults, durationMs } = parts.scenario;
    this.#parts = parts;
    this.#strikes = [...strikesOf(faults, durationMs)];
    this.#faults = faults.length;
  }

  /** Slots of the queue that a scenario's faults need, with those that may be injected. */
  static slots({ faults, durationMs }: Scenario): number {
    return 2 * (strikesOf(faults, durationMs).length + MAX_FAULTS);
  }

  start(): void {
    for (const { index, atMs } of this.#strikes) this.#parts.queue.set(this.#slotOf(index), atMs);
  }

  /** A fault beyond those that the scenario has, which happens once; see `whyNotFault`. */
  inject(fault: Fault): void {
    const strike = injected(fault, this.#faults++, this.#strikes.length, fault.atMs);
    this.#strikes.push(strike);
    this.#parts.gauge.addFault(fault);
    this.#parts.queue.set(this.#slotOf(strike.index), fault.atMs);
  }

  /** An alarm of a strike rang. */
  turn(slot: number): void {
    const index = (slot - this.#parts.firstSlot) >> 1;
    const strike = this.#strikes[index];
    if (strike === undefined) return;
    if (slot === this.#slotOf(index)) this.#begin(strike);
    else this.#finish(strike);
  }

  #begin(strike: Strike): void {
    const { scenario, shards, target, atHand, queue, log } = this.#parts;
    const { fault, faultIndex, index } = strike;
    log.say('fault-begin', `${faultLabel(fault)} begins`, faultIndex);
    queue.set(this.#slotOf(index) + 1, strike.atMs + actingMs(fault));
    // What the scenario plans, clients begin by themselves.
    const byHand = faultIndex >= scenario.faults.length;
    if (byHand && concernsClients(fault, scenario.target.kind)) shards.begin(strike);
    const place = placeOf(fault, scenario.target.kind);
    if (place === 'target') target?.begin(strike);
    if (place === 'coordinator') atHand.begin(strike);
  }

  #finish(strike: Strike): void {
    const { scenario, target, atHand, log } = this.#parts;
    const { fault, faultIndex, index } = strike;
    log.say('fault-end', `${faultLabel(fault)} ends`, faultIndex);
    const place = placeOf(fault, scenario.target.kind);
    if (place === 'coordinator') atHand.end(strike);
    // What acts for good has no end to be told of; what acts on clients ends by itself, one by one.
    if (place === 'target' && fault.forMs > 0) target?.end(index);
  }

  #slotOf(index: number): number {
    return this.#parts.firstSlot + 2 * index;
  }
}
