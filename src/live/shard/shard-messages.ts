import type { MessagePort } from 'node:worker_threads';
import type { FaultTally } from '../../core/fault/fault.ts';
import type { Occurrence } from '../../core/fault/occurrence.ts';
import type { CommandRecord } from '../../metrics/command-log.ts';
import type { Sighting } from '../../metrics/sighting.ts';
import type { RecorderStore } from '../../metrics/store.ts';
import type { IntervalHistograms } from '../../metrics/timings.ts';
import type { RenewedTokens } from '../../identity/users-out.ts';
import type { CallsUnderWay } from '../../protocols/own/module-codec.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { RunStart } from '../time/clock.ts';
import type { LoginTally } from '../tokens/first-logins.ts';
import type { Endpoint } from '../network/endpoint.ts';
import type { TokenAccess } from '../tokens/token-access.ts';
import type { UserRows } from '../dial/holes.ts';
import type { UpgradePlan } from '../socket/upgrade-form.ts';

/** Task of a worker: its share of the clients, for the whole run. */
export interface ShardTask {
  readonly scenario: Scenario;
  /** this worker holds every `shards`-th client, beginning with number `shard` */
  readonly shard: number;
  readonly shards: number;
  /** in shared memory */
  readonly store: RecorderStore;
  /** all gateways of the target; clients dial those in rotation */
  readonly gateways: readonly Endpoint[];
  readonly upgrade: UpgradePlan;
  readonly access: TokenAccess;
  /** values of the environment that stand in the task; no output may quote them */
  readonly secrets: readonly string[];
  /** rows of this worker's users by the number of the user; null: the scenario has none */
  readonly users: UserRows;
  /** file that records which tokens the clients hold; null: none */
  readonly tokensFile: string | null;
  /** most attempts per second of this worker; Infinity: no limit */
  readonly maxAttemptsPerSecond: number;
  /** most token requests per second of this worker; Infinity: no limit */
  readonly maxRequestsPerSecond: number;
  readonly port: MessagePort;
  /** method of the protocol's own module that runs, in shared memory; absent: nobody watches it */
  readonly calls?: CallsUnderWay;
}

/** Message from the coordinator to a worker. */
export type ToShard =
  /** the clients begin to arrive at `start` */
  | { readonly type: 'go'; readonly start: RunStart }
  /** begins a fault that was injected by hand; workers end all occurrences, and begin the scenario's, by themselves */
  | { readonly type: 'begin'; readonly occurrence: Occurrence }
  /** sets the gateways in rotation, by index in `gateways`; none: all are dialled */
  | { readonly type: 'rotate'; readonly inRotation: readonly number[] }
  /** answered by `interval` */
  | { readonly type: 'take-interval' }
  /** the run is over; the worker's task resolves to its ShardResult */
  | { readonly type: 'wind-down' };

/** Message from a worker to the coordinator. */
export type FromShard =
  /** progress of logins before the run, a few times a second */
  | { readonly type: 'logging-in'; readonly tally: LoginTally }
  /** the worker is ready */
  | { readonly type: 'prepared'; readonly preparation: Preparation }
  | { readonly type: 'interval'; readonly interval: ShardInterval };

/** What a worker has prepared. */
export interface Preparation {
  /** time from `go` until its first client can arrive, ms */
  readonly leadTimeMs: number;
  /** null: no client logs in before the run */
  readonly logins: LoginTally | null;
  /** texts of the token endpoint that clients could not use so far */
  readonly seen: readonly Sighting[];
}

export interface ShardInterval {
  readonly histograms: IntervalHistograms;
  /** delay of the worker's event loop since its start, p99 */
  readonly loopDelayP99Ms: number;
  /** wall clock of the worker minus wall clock of the run, ms */
  readonly wallErrorMs: number;
  /** time after the end of the run at which the worker ended it, ms; 0 before, and where the run was ended earlier */
  readonly endLateMs: number;
  /** attempts that the rate cap has delayed so far */
  readonly delayedAttempts: number;
  /** token requests that the rate cap has delayed so far */
  readonly delayedRequests: number;
  /** requests before a join that the rate cap has delayed so far */
  readonly delayedJoinRequests: number;
  /** tokens that were renewed since the last interval, where the scenario keeps them for the next run; secret */
  readonly renewed: readonly RenewedTokens[];
  /** tallies so far of the faults that the worker injects, by the fault's index in the run */
  readonly faults: Readonly<Record<number, FaultTally>>;
  /** what a worker's process has used so far; null: the worker is a thread of the coordinator's process */
  readonly ownProcess: ProcessUse | null;
}

/** What a process has used so far. */
export interface ProcessUse {
  readonly cpuSeconds: number;
  readonly rssBytes: number;
}

export interface ShardResult {
  readonly interval: ShardInterval;
  readonly commands: CommandRecord;
  /** texts of the target that clients could not use */
  readonly seen: readonly Sighting[];
  /** refresh tokens of the user's file that the endpoint refused as invalid at their first use */
  readonly refusedAtFirstUse: number;
}
