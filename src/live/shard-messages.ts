import type { MessagePort } from 'node:worker_threads';
import type { FaultTally } from '../core/fault/fault.ts';
import type { Occurrence } from '../core/fault/occurrence.ts';
import type { CommandRecord } from '../metrics/command-log.ts';
import type { Sighting } from '../metrics/sighting.ts';
import type { RecorderStore } from '../metrics/store.ts';
import type { IntervalHistograms } from '../metrics/timings.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { RunStart } from './clock.ts';
import type { Endpoint } from './upgrade.ts';

/** What a worker is given: its share of the clients, for the whole run. */
export interface ShardTask {
  readonly scenario: Scenario;
  /** this worker holds every `shards`-th client, beginning with number `shard` */
  readonly shard: number;
  readonly shards: number;
  /** in shared memory */
  readonly store: RecorderStore;
  /** all of the target's: clients dial those that are in rotation */
  readonly gateways: readonly Endpoint[];
  readonly access: TokenAccess;
  /** where it is recorded which tokens the clients hold; null for nowhere */
  readonly tokensFile: string | null;
  /** attempts a second that this worker may make; Infinity for no limit */
  readonly maxAttemptsPerSecond: number;
  /** the same of token requests */
  readonly maxRequestsPerSecond: number;
  readonly port: MessagePort;
}

/** Where tokens come from. Secrets: they go to workers in memory and nowhere else. */
export interface TokenAccess {
  readonly privateJwk: Readonly<Record<string, unknown>>;
  /** null: there is no token endpoint, and squall mints every token itself */
  readonly endpoint: TokenEndpoint | null;
  /** seals the refresh tokens of the embedded target; null for a foreign one */
  readonly refreshSecret: string | null;
  /** refresh tokens for a foreign endpoint, by the client's number */
  readonly refreshTokens: readonly string[];
}

export interface TokenEndpoint {
  readonly url: string;
  /** the address that its host resolved to when it was checked */
  readonly address: string;
}

/** Coordinator to worker. */
export type ToShard =
  /** the clients begin to arrive at `start` */
  | { readonly type: 'go'; readonly start: RunStart }
  /** begin a fault that was injected by hand; it ends by itself, as those of the scenario begin by themselves */
  | { readonly type: 'begin'; readonly occurrence: Occurrence }
  /** which gateways are dialled from now on, by their place in `gateways`; all of them where there are none */
  | { readonly type: 'rotate'; readonly inRotation: readonly number[] }
  /** answered by `interval` */
  | { readonly type: 'take-interval' }
  /** the run is over; the worker's task resolves to its ShardResult */
  | { readonly type: 'wind-down' };

/** Worker to coordinator. */
export type FromShard =
  /** ready to go; the first client can arrive that long after `go` */
  | { readonly type: 'prepared'; readonly leadTimeMs: number }
  | { readonly type: 'interval'; readonly interval: ShardInterval };

export interface ShardInterval {
  readonly histograms: IntervalHistograms;
  /** delay of the worker's event loop since it began, p99 */
  readonly loopDelayP99Ms: number;
  /** the worker's wall clock minus the run's, ms */
  readonly wallErrorMs: number;
  /** attempts that the rate cap has held back so far */
  readonly delayedAttempts: number;
  /** the same of token requests */
  readonly delayedRequests: number;
  /** what came of the faults that are carried out here, so far, by their place among those of the run */
  readonly faults: Readonly<Record<number, FaultTally>>;
}

export interface ShardResult {
  readonly interval: ShardInterval;
  readonly commands: CommandRecord;
  /** what the clients saw of the target and could not use */
  readonly seen: readonly Sighting[];
  /** refresh tokens from the user's file that the endpoint called invalid when they were first used */
  readonly refusedAtFirstUse: number;
}
