import type { Fault } from '../../core/fault/fault.ts';
import type { Effects } from '../../metrics/ledger.ts';
import type { IntegrityIssue, Outcome, Phase, RunListener } from '../../metrics/run.ts';
import type { RecorderStore } from '../../metrics/store.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { Aggregator } from './aggregator.ts';
import type { ShardInterval, ShardResult } from '../shard/shard-messages.ts';
import { clientsIn } from '../worker/shards.ts';

/** What is known of a run at its end. */
export interface RunEnd {
  readonly ended: Outcome['ended'];
  readonly elapsedMs: number;
  readonly effects: Effects | null;
  readonly issues: readonly IntegrityIssue[];
}

/**
 * The records of each shard of a run by itself, for listeners that keep a folder for each: those of all shards add up to the
 * run's, but for what the embedded target and the coordinator count.
 */
export class ShardRecords {
  readonly #listener: RunListener;
  readonly #aggregators: readonly Aggregator[];
  /** issues that concern one shard alone, by the shard */
  readonly #issueOf = new Map<IntegrityIssue, number>();

  constructor(scenario: Scenario, stores: readonly RecorderStore[], listener: RunListener) {
    this.#listener = listener;
    const shards = stores.length;
    this.#aggregators = stores.map((store, shard) => {
      const clients = clientsIn({ shard, shards }, scenario.clients.count);
      return new Aggregator(scenario, { stores: [store], clients, isWhole: false });
    });
  }

  addFault(fault: Fault): void {
    for (const aggregator of this.#aggregators) aggregator.addFault(fault);
  }

  /** Notes that an issue of the run is the loss of a shard. */
  lost(shard: number, issue: IntegrityIssue): void {
    this.#issueOf.set(issue, shard);
  }

  /** Reports an interval of each shard. */
  report(intervals: readonly ShardInterval[], startMs: number, endMs: number, phase: Phase): void {
    for (const [shard, interval] of intervals.entries()) {
      const aggregator = this.#aggregators[shard]!;
      const histograms = aggregator.addIntervals([interval]);
      this.#listener.onShardInterval?.(shard, {
        startMs,
        endMs,
        progress: aggregator.progress(phase, endMs),
        histograms,
      });
    }
  }

  /** Reports the outcome of each shard. Issues of the run are issues of each, but for the loss of another shard. */
  end(results: readonly ShardResult[], { ended, elapsedMs, effects, issues }: RunEnd): void {
    for (const [shard, { commands, seen }] of results.entries()) {
      const own = issues.filter((issue) => (this.#issueOf.get(issue) ?? shard) === shard);
      const outcome = this.#aggregators[shard]!.outcome(ended, elapsedMs, [commands], effects, own);
      this.#listener.onShardOutcome?.(shard, { ...outcome, seen });
    }
  }
}
