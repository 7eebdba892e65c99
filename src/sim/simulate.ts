import { setImmediate as nextTurn } from 'node:timers/promises';
import { Curves } from '../metrics/curves.ts';
import { measure } from '../metrics/measure.ts';
import { faultLabel } from '../core/fault/label.ts';
import { actingMs, occurrencesOf } from '../core/fault/occurrence.ts';
import { outcomeOf, type FaultOutcome } from '../core/fault/outcome.ts';
import type { GeneratorHealth, Outcome, Phase, Progress, RunEvent, RunListener } from '../metrics/run.ts';
import { createStore, type RecorderStore } from '../metrics/store.ts';
import { reachedNobody } from '../metrics/unknown.ts';
import { emptyTimings } from '../metrics/timings.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { abortReason } from '../threshold/abort-reason.ts';
import { whyUnsupported } from '../core/fault/executor.ts';
import { Simulation } from './simulation.ts';

/** Options of a simulation. */
export interface SimulateOptions {
  readonly listener: RunListener;
  /** signal that ends the simulation early */
  readonly signal: AbortSignal;
  /** observer of the model, which changes nothing */
  readonly watch?: Watch;
}

export interface Watch {
  /** interval in virtual time, ms */
  readonly everyMs: number;
  readonly look: (simulation: Simulation) => void;
}

/** Most intervals of a run, at each of which curves, thresholds and signal are checked; an interval is at least 1 s. */
const MAX_INTERVALS = 3600;
/** Events between two checks of the signal within an interval: some tens of milliseconds of work. */
const SLICE_EVENTS = 50_000;

/** Health in virtual time, where no generator can be late. */
const NO_GENERATOR: GeneratorHealth = {
  workers: 0,
  latenessP99Ms: 0,
  loopDelayP99Ms: 0,
  cpuSeconds: 0,
  rssBytes: 0,
  droppedStarts: 0,
  saturated: false,
  reasons: [],
  targetStarved: 0,
  unbounded: false,
};

/** Start of virtual time, the same for every simulation. */
const VIRTUAL_START = new Date(0);

/**
 * Runs a scenario in virtual time: the clients of the live world against a model of the target. The same scenario and
 * seed give the same observations to the last bit, on every machine.
 */
export async function simulate(scenario: Scenario, { listener, signal, watch }: SimulateOptions): Promise<Outcome> {
  const run = new SimulatedRun(scenario, listener, watch);
  listener.onBegin?.(VIRTUAL_START);
  run.say(0, 'phase', 'running');
  return run.end(await run.run(signal));
}

class SimulatedRun {
  readonly #scenario: Scenario;
  readonly #listener: RunListener;
  readonly #store: RecorderStore;
  readonly #timings = emptyTimings();
  readonly #simulation: Simulation;
  /** events of the faults that are still to be reported, in order */
  readonly #turns: readonly RunEvent[];
  readonly #watch: Watch | undefined;
  #nextTurn = 0;
  #reportedToMs = 0;
  #over = false;

  constructor(scenario: Scenario, listener: RunListener, watch?: Watch) {
    this.#watch = watch;
    this.#scenario = scenario;
    this.#listener = listener;
    this.#store = createStore(Curves.binsFor(scenario.durationMs), false);
    this.#simulation = new Simulation(scenario, this.#store);
    this.#turns = turnsOf(scenario);
  }

  say(atMs: number, kind: RunEvent['kind'], message: string): void {
    this.#listener.onEvent({ atMs, kind, message });
  }

  /** Runs to the end of the scenario, interval by interval. */
  async run(signal: AbortSignal): Promise<Outcome['ended']> {
    const { durationMs } = this.#scenario;
    const intervalMs = intervalOf(durationMs);
    this.#watch?.look(this.#simulation);
    while (this.#reportedToMs < durationMs) {
      const toMs = Math.min(durationMs, this.#reportedToMs + intervalMs);
      while (!this.#advance(toMs)) {
        await nextTurn();
        if (signal.aborted) break;
      }
      await nextTurn();
      if (signal.aborted) {
        this.#windDown();
        this.#reportInterval('winding-down');
        this.say(this.#simulation.now, 'interrupted', 'interrupted');
        return 'interrupted';
      }
      const atEnd = toMs === durationMs;
      if (atEnd) this.#windDown();
      const { measurements } = this.#reportInterval(atEnd ? 'winding-down' : 'running');
      if (atEnd) break;
      const reason = abortReason(this.#scenario, measurements);
      if (reason !== null) {
        this.say(toMs, 'aborted', reason);
        return 'aborted';
      }
    }
    return 'completed';
  }

  /** @returns whether virtual time has reached `toMs` */
  #advance(toMs: number): boolean {
    const watch = this.#watch;
    if (watch === undefined) return this.#simulation.advance(toMs, SLICE_EVENTS);
    while (this.#simulation.now < toMs) {
      const nextMs = Math.min(toMs, (Math.floor(this.#simulation.now / watch.everyMs) + 1) * watch.everyMs);
      if (!this.#simulation.advance(nextMs, SLICE_EVENTS)) return false;
      watch.look(this.#simulation);
    }
    return true;
  }

  end(ended: Outcome['ended']): Outcome {
    const simulation = this.#simulation;
    this.#windDown();
    this.#reportUnfinished();
    this.say(simulation.now, 'phase', 'done');
    const { measurements, faults } = this.#progress('done');
    simulation.model.recorder.destroy();
    const unreachable = reachedNobody(measurements);
    return { measurements, faults, generator: NO_GENERATOR, ended, unreachable, integrity: [] };
  }

  #windDown(): void {
    if (!this.#over) this.#simulation.windDown();
    this.#over = true;
  }

  /** Reports the interval that an abort cut short. */
  #reportUnfinished(): void {
    const histograms = this.#simulation.model.recorder.takeInterval(this.#timings);
    if (Object.keys(histograms).length === 0) return;
    const progress = this.#progress('winding-down');
    this.#listener.onInterval({ startMs: this.#reportedToMs, endMs: this.#reportedToMs, progress, histograms });
  }

  #reportInterval(phase: Phase): Progress {
    const endMs = this.#simulation.now;
    for (; this.#turns[this.#nextTurn] && this.#turns[this.#nextTurn]!.atMs <= endMs; this.#nextTurn++) {
      this.#listener.onEvent(this.#turns[this.#nextTurn]!);
    }
    const histograms = this.#simulation.model.recorder.takeInterval(this.#timings);
    const progress = this.#progress(phase);
    this.#listener.onInterval({ startMs: this.#reportedToMs, endMs, progress, histograms });
    this.#listener.onProgress?.(progress);
    this.#reportedToMs = endMs;
    return progress;
  }

  #progress(phase: Phase): Progress {
    const { model, reported, now } = this.#simulation;
    const measurements = measure({
      elapsedMs: now,
      planned: this.#scenario.clients.count,
      stores: [this.#store],
      into: 'live',
      timings: this.#timings,
      reported,
      ledger: (curves) => model.ledger.totals(curves),
    });
    return {
      phase,
      durationMs: this.#scenario.durationMs,
      measurements,
      faults: this.#faults(),
      generator: NO_GENERATOR,
    };
  }

  /** Returns the outcomes of the simulated faults; unsupported ones have none. */
  #faults(): readonly FaultOutcome[] {
    const { faults, durationMs, clients } = this.#scenario;
    const { tallies } = this.#simulation.model;
    return faults.flatMap((fault, index) =>
      whyUnsupported(fault) === null ? outcomeOf(fault, durationMs, tallies.at(index), false, clients.perUser) : [],
    );
  }
}

/** Returns the events of all faults in order: which are left out, and beginnings and ends of the others. */
function turnsOf({ faults, durationMs }: Scenario): RunEvent[] {
  const turns = occurrencesOf(faults, durationMs).flatMap(({ fault, faultIndex, ordinal, atMs }): RunEvent[] => {
    const label = faultLabel(fault);
    const why = whyUnsupported(fault);
    if (why !== null) {
      const message = `${label} is left out of the simulation: ${why}`;
      return ordinal === 0 ? [{ atMs: 0, kind: 'warning', message, fault: faultIndex }] : [];
    }
    return [
      { atMs, kind: 'fault-begin', message: `${label} begins`, fault: faultIndex },
      { atMs: atMs + actingMs(fault), kind: 'fault-end', message: `${label} ends`, fault: faultIndex },
    ];
  });
  return turns.toSorted((a, b) => a.atMs - b.atMs);
}

/** Returns the virtual time of an interval, ms: 1 s for each begun hour of the run. */
function intervalOf(durationMs: number): number {
  return Math.max(1, Math.ceil(durationMs / (MAX_INTERVALS * 1000))) * 1000;
}
