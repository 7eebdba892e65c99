import type { Fault } from '../../core/fault/fault.ts';
import { faultLabel } from '../../core/fault/label.ts';
import { concernsClients, executorOf } from '../../core/fault/executor.ts';
import { actingMs, injected, occurrencesOf, type Occurrence } from '../../core/fault/occurrence.ts';
import type { EventQueue } from '../../core/time/event-queue.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Injectors } from '../injectors/injectors.ts';
import { MAX_FAULTS } from '../../scenario/limits.ts';
import type { EventLog } from './event-log.ts';
import type { Aggregator } from './aggregator.ts';
import type { Shards } from '../worker/shards.ts';
import type { Target } from '../target/target.ts';

export interface FaultSchedulerParts {
  readonly scenario: Scenario;
  readonly queue: EventQueue;
  /** first of its slots; each occurrence has one for its beginning and one for its end */
  readonly firstSlot: number;
  readonly shards: Shards;
  readonly aggregator: Aggregator;
  readonly target: Target | null;
  readonly injectors: Injectors;
  readonly log: EventLog;
}

/** Begins and ends the occurrences of a run at the part of the run that injects them. */
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

  /** Number of queue slots for a scenario's faults and those that may be injected by hand. */
  static slots({ faults, durationMs }: Scenario): number {
    return 2 * (occurrencesOf(faults, durationMs).length + MAX_FAULTS);
  }

  start(): void {
    for (const { index, atMs } of this.#occurrences) this.#parts.queue.set(this.#slotOf(index), atMs);
  }

  /** Injects a fault by hand, once; see `whyNotFault`. */
  inject(fault: Fault): void {
    const occurrence = injected(fault, this.#faults++, this.#occurrences.length, fault.atMs);
    this.#occurrences.push(occurrence);
    this.#parts.aggregator.addFault(fault);
    this.#parts.queue.set(this.#slotOf(occurrence.index), fault.atMs);
  }

  /** Handles an alarm of an occurrence. */
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
    // Workers begin the scenario's occurrences by themselves.
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
    // A permanent fault has no end; a fault on clients ends by itself, one client after the other.
    else if (executor !== 'clients' && fault.forMs > 0) target?.end(index);
  }

  #slotOf(index: number): number {
    return this.#parts.firstSlot + 2 * index;
  }
}
