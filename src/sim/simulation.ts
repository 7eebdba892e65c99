import { occurrencesOf } from '../core/fault/occurrence.ts';
import type { EventQueue } from '../core/time/event-queue.ts';
import { mono, type MonoMs } from '../core/time/instant.ts';
import { NOTHING_REPORTED, reportedOf, type TargetReported } from '../metrics/measurements.ts';
import type { RecorderStore } from '../metrics/store.ts';
import { ScenarioError } from '../scenario/problem.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { Model } from './model.ts';

/**
 * Most events a client at one instant. A drop of all clients takes about ten; more come from clients that repeat
 * something without any time between.
 */
const MOST_AT_ONCE = 1000;

/** Refuses a protocol module whose shape is not known, since virtual time would play another protocol. */
function refuseUnloaded({ name, target }: Scenario): void {
  if (target.kind !== 'url' || target.protocol.kind !== 'module' || target.protocol.shape !== undefined) return;
  const message = 'its module has to be loaded, which runs its code — if you trust the scenario, add --allow-exec';
  throw new ScenarioError([{ place: { file: name }, path: 'target.protocol', message }]);
}

/** A population and a modelled target on one event queue, with its virtual time. */
export class Simulation {
  readonly model: Model;
  readonly #scenario: Scenario;
  readonly #queue: EventQueue;
  readonly #mostAtOnce: number;
  #now = mono(0);
  #events = 0;
  /** events since virtual time last advanced */
  #atOnce = 0;

  /** @param store store of the recorder */
  constructor(scenario: Scenario, store: RecorderStore) {
    refuseUnloaded(scenario);
    const { count } = scenario.clients;
    const occurrences = occurrencesOf(scenario.faults, scenario.durationMs);
    this.#scenario = scenario;
    this.#mostAtOnce = (count + occurrences.length) * MOST_AT_ONCE;
    this.model = new Model(scenario, occurrences, store);
    this.#queue = this.model.queue;
  }

  /** Figures that only the target knows; a foreign target does not report them. */
  get reported(): TargetReported {
    const { gateways, tokens } = this.model;
    const wasted = gateways.processes.wasted(this.#now);
    if (this.#scenario.target.kind !== 'embedded') return { ...NOTHING_REPORTED, wasted };
    return reportedOf({ wasted, ...gateways.sessions.counts, loggedOutByReuse: tokens.loggedOutByReuse });
  }

  /** Number of events so far. */
  get events(): number {
    return this.#events + this.model.outlook.taken;
  }

  get now(): MonoMs {
    return this.#now;
  }

  /**
   * Runs the events that are due up to `until`, at most `most` of them.
   *
   * @returns whether all were run, and virtual time is `until`
   * @throws {ScenarioError} when virtual time does not advance
   */
  advance(until: number, most: number): boolean {
    const queue = this.#queue;
    this.model.outlook.readAt(until);
    for (let n = 0; n < most; n++) {
      let at = queue.nextAt();
      if (this.model.lookAhead(at)) at = queue.nextAt();
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

  /** Settles what clients still hold at the end of the run. */
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
