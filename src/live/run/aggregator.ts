import { cpus } from 'node:os';
import { addTallies, type Fault, type FaultTally } from '../../core/fault/fault.ts';
import type { CommandRecord } from '../../metrics/command-log.ts';
import { Curves } from '../../metrics/curves.ts';
import { readFailures } from '../../metrics/failures.ts';
import type { Failures } from '../../metrics/timing.ts';
import { joinLedger, runningLedger, type Effects } from '../../metrics/ledger.ts';
import { measure, type Parts } from '../../metrics/measure.ts';
import { NOTHING_REPORTED, reportedOf, type Measurements, type TargetReported } from '../../metrics/measurements.ts';
import { outcomeOf, type FaultOutcome } from '../../core/fault/outcome.ts';
import type { GeneratorHealth, IntegrityIssue, Outcome, Phase, Progress } from '../../metrics/run.ts';
import { SERIES_INDEX } from '../../core/metrics.ts';
import { createStore, type RecorderStore } from '../../metrics/store.ts';
import { reachedNobody } from '../../metrics/unknown.ts';
import {
  destroyTimings,
  addInterval,
  emptyTimings,
  encodeInterval,
  type IntervalHistograms,
} from '../../metrics/timings.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { TargetCounts } from '../../embedded/protocol.ts';
import { cpuSecondsOf, evaluateHealth } from '../health/health.ts';
import { TargetStarvation } from '../health/target-starvation.ts';
import { ResidentMemory } from '../worker/resident-memory.ts';
import type { ShardInterval } from '../shard/shard-messages.ts';

/** What an aggregator adds up. */
interface AggregatorParts {
  /** counts of each worker */
  readonly stores: readonly RecorderStore[];
  /** number of the workers' clients */
  readonly clients: number;
  /** whether it is of a whole run, to which the coordinator's own process belongs */
  readonly isWhole: boolean;
}

/** Makes the stores of a run's workers, in shared memory. */
export function storesFor({ durationMs }: Scenario, workers: number): readonly RecorderStore[] {
  return Array.from({ length: workers }, () => createStore(Curves.binsFor(durationMs), true));
}

/** Adds up everything that the coordinator knows of a run, on request. */
export class Aggregator {
  /** counts of each worker */
  readonly shardStores: readonly RecorderStore[];
  readonly #scenario: Scenario;
  readonly #clients: number;
  readonly #isWhole: boolean;
  /** the coordinator's own counts: what the target reports */
  readonly #own: RecorderStore;
  readonly #ownCurves: Curves;
  readonly #shardCurves: readonly Curves[];
  readonly #timings = emptyTimings();
  /** faults of the scenario, then those injected by hand */
  readonly #faultsOf: Fault[];
  readonly #cpuAtStart = process.cpuUsage();
  readonly #memory = new ResidentMemory();
  readonly #starvation = new TargetStarvation();
  #intervals: readonly ShardInterval[] = [];
  #target: TargetCounts | null = null;
  /** tallies of the faults that the coordinator injects */
  #injectors: Readonly<Record<number, FaultTally>> = {};

  constructor(scenario: Scenario, { stores, clients, isWhole }: AggregatorParts) {
    const bins = Curves.binsFor(scenario.durationMs);
    this.#scenario = scenario;
    this.#clients = clients;
    this.#faultsOf = [...scenario.faults];
    this.#isWhole = isWhole;
    this.shardStores = stores;
    this.#shardCurves = stores.map(({ curves }) => new Curves(curves));
    this.#own = createStore(bins, false);
    this.#ownCurves = new Curves(this.#own.curves);
  }

  /** Takes the shards' last interval, and returns their merged records. */
  addIntervals(intervals: readonly ShardInterval[]): IntervalHistograms {
    this.#intervals = intervals;
    for (const { histograms } of intervals) addInterval(this.#timings, histograms);
    this.#lookAtCores();
    return merged(intervals.map(({ histograms }) => histograms));
  }

  addTarget(counts: TargetCounts, elapsedMs: number): void {
    const more = counts.duplicated - (this.#target?.duplicated ?? 0);
    if (more > 0) this.#ownCurves.add(SERIES_INDEX.duplicated, elapsedMs, more);
    const isFirst = this.#target === null;
    this.#target = counts;
    if (isFirst) this.#lookAtCores();
  }

  /** Notes for how long the target lacked a core, and what else had them. */
  #lookAtCores(): void {
    if (this.#target === null) return;
    const machineMs = cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
    // The embedded target listens on loopback, so all workers run on this machine.
    const ownMs = 1000 * (this.#cpuSeconds + cpuSecondsOf(this.#intervals));
    this.#starvation.look({ atMs: performance.now(), target: this.#target, ownMs, machineMs });
  }

  /** @param tallies tallies of the faults that the coordinator injects, by the fault's index in the run */
  addInjected(tallies: Readonly<Record<number, FaultTally>>): void {
    this.#injectors = tallies;
  }

  /** Adds a fault that was injected by hand. */
  addFault(fault: Fault): void {
    this.#faultsOf.push(fault);
  }

  /** How often a connection became ready so far. */
  get readyTotal(): number {
    return this.#shardCurves.reduce((sum, curves) => sum + curves.total('ready'), 0);
  }

  /** The attempts that failed so far, by reason. */
  get handshakeFailures(): Failures {
    return readFailures(
      this.shardStores.map(({ failures }) => failures),
      'handshake',
    );
  }

  progress(phase: Phase, elapsedMs: number): Progress {
    const measurements = this.#measure(elapsedMs, (curves) => runningLedger(curves, this.#target?.duplicated ?? null));
    return {
      phase,
      durationMs: this.#scenario.durationMs,
      measurements,
      faults: this.#faults(),
      generator: this.#health(measurements),
    };
  }

  /** @param effects the gateway's record; null: only the clients' side is known */
  outcome(
    ended: Outcome['ended'],
    elapsedMs: number,
    commands: readonly CommandRecord[],
    effects: Effects | null,
    integrity: readonly IntegrityIssue[],
  ): Outcome {
    const measurements = this.#measure(elapsedMs, (curves) => joinLedger(commands, effects, curves));
    return {
      measurements,
      faults: this.#faults(),
      generator: this.#health(measurements),
      ended,
      unreachable: reachedNobody(measurements),
      integrity,
    };
  }

  #measure(elapsedMs: number, ledger: Parts['ledger']): Measurements {
    return measure({
      elapsedMs,
      planned: this.#clients,
      stores: [this.#own, ...this.shardStores],
      timings: this.#timings,
      reported: this.#reported(),
      ledger,
    });
  }

  #reported(): TargetReported {
    if (this.#target === null) return NOTHING_REPORTED;
    const { wasted, unauthorized, anonymous, downgraded, reuseDetected } = this.#target;
    return reportedOf({ wasted, unauthorized, anonymous, downgraded, loggedOutByReuse: reuseDetected });
  }

  #faults(): readonly FaultOutcome[] {
    const counted = [this.#target?.faults ?? {}, this.#injectors, ...this.#intervals.map(({ faults }) => faults)];
    return this.#faultsOf.map((fault, index) => {
      const tally = addTallies(counted.flatMap((tallies) => tallies[index] ?? []));
      return outcomeOf(
        fault,
        this.#scenario.durationMs,
        tally,
        index >= this.#scenario.faults.length,
        this.#scenario.clients.perUser,
      );
    });
  }

  #health(measurements: Measurements): GeneratorHealth {
    return evaluateHealth({
      workers: this.shardStores.length,
      maxLatenessP99Ms: this.#scenario.generator.maxLatenessP99Ms,
      measurements,
      intervals: this.#intervals,
      cpuSeconds: this.#isWhole ? this.#cpuSeconds : 0,
      rssBytes: this.#isWhole ? this.#memory.bytes : 0,
      targetStarved: this.#starvation.worst,
    });
  }

  get #cpuSeconds(): number {
    const { user, system } = process.cpuUsage(this.#cpuAtStart);
    return (user + system) / 1e6;
  }
}

/** Merges the records of several workers in one interval. */
function merged(parts: readonly IntervalHistograms[]): IntervalHistograms {
  const [only] = parts;
  if (parts.length === 1 && only) return only;
  const sum = emptyTimings();
  for (const part of parts) addInterval(sum, part);
  const encoded = encodeInterval(sum);
  destroyTimings(sum);
  return encoded;
}
