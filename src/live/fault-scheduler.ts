import type { Fault } from '../core/fault/fault.ts';
import { faultLabel } from '../core/fault/label.ts';
import { concernsClients, executorOf } from '../core/fault/executor.ts';
import { actingMs, injected, occurrencesOf, type Occurrence } from '../core/fault/occurrence.ts';
import type { EventQueue } from '../core/time/event-queue.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Injectors } from './injectors/injectors.ts';
import { MAX_FAULTS } from '../scenario/limits.ts';
import type { EventLog } from './event-log.ts';
import type { Aggregator } from './aggregator.ts';
import type { Shards } from './shards.ts';
import type { Target } from './target.ts';

export interface FaultSchedulerParts {
  readonly scenario: Scenario;
  readonly queue: EventQueue;
  /** the first of its slots; a beginning and an end for each occurrence */
  readonly firstSlot: number;
  readonly shards: Shards;
  readonly aggregator: Aggregator;
  readonly target: Target | null;
  readonly injectors: Injectors;
  readonly log: EventLog;
}

/** What is to be broken when: the occurrences of a run, told to whoever carries them out. */
export class FaultScheduler {
  readonly #parts: FaultSchedulerParts;
  readonly #occurrences: Occurrence[];
  #faults: number;

  constructor(parts: FaultSchedulerParts) {
    const { faults, durationMs } = parts.scenario;
    this.#parts = parts;
    this.#occurrences = [...occurrencesOf(faults, durationMs)];
    this.#faults = faults.length;
  }

  /** Slots of the queue that a scenario's faults need, with those that may be injected. */
  static slots({ faults, durationMs }: Scenario): number {
    return 2 * (occurrencesOf(faults, durationMs).length + MAX_FAULTS);
  }

  start(): void {
    for (const { index, atMs } of this.#occurrences) this.#parts.queue.set(this.#slotOf(index), atMs);
  }

  /** A fault beyond those that the scenario has, which happens once; see `whyNotFault`. */
  inject(fault: Fault): void {
    const occurrence = injected(fault, this.#faults++, this.#occurrences.length, fault.atMs);
    this.#occurrences.push(occurrence);
    this.#parts.aggregator.addFault(fault);
    this.#parts.queue.set(this.#slotOf(occurrence.index), fault.atMs);
  }

  /** An alarm of a occurrence rang. */
  turn(slot: number): void {
    const index = (slot - this.#parts.firstSlot) >> 1;
    const occurrence = this.#occurrences[index];
    if (occurrence === undefined) return;
    if (slot === this.#slotOf(index)) this.#begin(occurrence);
    else this.#finish(occurrence);
  }

  #begin(occurrence: Occurrence): void {
    const { scenario, shards, target, injectors, queue, log } = this.#parts;
    const { fault, faultIndex, index } = occurrence;
    log.log('fault-begin', `${faultLabel(fault)} begins`, faultIndex);
    queue.set(this.#slotOf(index) + 1, occurrence.atMs + actingMs(fault));
    // What the scenario plans, clients begin by themselves.
    const byHand = faultIndex >= scenario.faults.length;
    if (byHand && concernsClients(fault, scenario.target.kind)) shards.begin(occurrence);
    const executor = executorOf(fault, scenario.target.kind);
    if (executor === 'coordinator') injectors.begin(occurrence);
    else if (executor !== 'clients') target?.begin(occurrence);
  }

  #finish(occurrence: Occurrence): void {
    const { scenario, target, injectors, log } = this.#parts;
    const { fault, faultIndex, index } = occurrence;
    log.log('fault-end', `${faultLabel(fault)} ends`, faultIndex);
    const executor = executorOf(fault, scenario.target.kind);
    if (executor === 'coordinator') injectors.end(occurrence);
    // A fault for good has no end; a fault on clients ends by itself, one client after the other.
    else if (executor !== 'clients' && fault.forMs > 0) target?.end(index);
  }

  #slotOf(index: number): number {
    return this.#parts.firstSlot + 2 * index;
  }
}
