import { occurrencesOf } from '../core/fault/occurrence.ts';
import { EventQueue } from '../core/time/event-queue.ts';
import { mono, type MonoMs } from '../core/time/instant.ts';
import { NOTHING_REPORTED, reportedOf, type TargetReported } from '../metrics/measurements.ts';
import type { RecorderStore } from '../metrics/store.ts';
import { ScenarioError } from '../scenario/problem.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { Model, slotsOf } from './model.ts';

/**
 * Events for each client, and for the faults, that may take place at one instant. A drop of everybody takes some ten;
 * more than this come from clients that do the same over and over without any time between.
 */
const MOST_AT_ONCE = 1000;

/** A population and a modelled target on one event queue, and the instant that it is there. */
export class Simulation {
  readonly model: Model;
  readonly #scenario: Scenario;
  readonly #queue: EventQueue;
  readonly #mostAtOnce: number;
  #now = mono(0);
  #events = 0;
  /** events since it last became later */
  #atOnce = 0;

  /** @param store where the recorder counts */
  constructor(scenario: Scenario, store: RecorderStore) {
    const { count } = scenario.clients;
    const occurrences = occurrencesOf(scenario.faults, scenario.durationMs);
    this.#scenario = scenario;
    this.#mostAtOnce = (count + occurrences.length) * MOST_AT_ONCE;
    // A fault that begins at an instant is on for all that happens then, and one that ends then is off.
    this.#queue = new EventQueue(slotsOf(count, occurrences.length), occurrences.length);
    this.model = new Model(scenario, occurrences, this.#queue, store);
  }

  /** What only the target knows; a foreign one does not report it. */
  get reported(): TargetReported {
    const { gateways, tokens } = this.model;
    const wasted = gateways.processes.wasted(this.#now);
    if (this.#scenario.target.kind !== 'embedded') return { ...NOTHING_REPORTED, wasted };
    return reportedOf({ wasted, ...gateways.sessions.counts, loggedOutByReuse: tokens.loggedOutByReuse });
  }

  /** Events run so far. */
  get events(): number {
    return this.#events;
  }

  get now(): MonoMs {
    return this.#now;
  }

  /**
   * Runs the events that are due up to `until`, but at most `most` of them.
   *
   * @returns whether all of them were run, and it is now `until`
   * @throws {ScenarioError} when time stands still
   */
  advance(until: number, most: number): boolean {
    const queue = this.#queue;
    for (let n = 0; n < most; n++) {
      const at = queue.nextAt();
      if (at > until) {
        this.#now = mono(until);
        return true;
      }
      if (at > this.#now) this.#atOnce = 0;
      else if (++this.#atOnce > this.#mostAtOnce) throw this.#standstill(at);
      this.#now = mono(at);
      this.#events += 1;
      this.model.ring(queue.pop(), this.#now);
    }
    return false;
  }

  /** The run is over: what clients still hold is settled. */
  windDown(): void {
    this.model.windDown(this.#now);
  }

  #standstill(atMs: number): ScenarioError {
    const message =
      `virtual time does not get past ${atMs} ms: what clients do there takes no time and leads to the same again, ` +
      'as a retry without delay does — give it more than 0s';
    return new ScenarioError([{ place: { file: this.#scenario.name }, path: 'model.latency', message }]);
  }
}
