import type { Algorithm, Carrier } from '../core/token/carrier.ts';
import type { DropFault, FaultTally, RefreshFault } from '../core/fault/fault.ts';
import type { Capacity, ExpiryConduct } from '../scenario/scenario.ts';

/** What the embedded target needs to know. It crosses a process boundary as JSON: null stands for Infinity. */
export interface TargetConfig {
  readonly host: string;
  /** 0 for any free port; a restarted target is given the ports that it had */
  readonly gatewayPort: number;
  readonly tokenPort: number;
  readonly capacity: { readonly [K in keyof Capacity]: number | null };
  readonly onExpiry: ExpiryConduct;
  readonly idempotent: boolean;
  /** from a command's effect to its acknowledgement */
  readonly ackDelayMs: number;
  readonly carrier: Carrier;
  readonly algorithm: Algorithm;
  readonly issuer: string;
  readonly audience: string;
  readonly lifetimeMs: number;
  /** the private key that tokens are signed with; never written anywhere */
  readonly privateJwk: Readonly<Record<string, unknown>>;
  /** keys the HMAC of refresh tokens, base64url; survives a restart of the target, so sessions do */
  readonly refreshSecret: string;
  /** every effect of a command is appended here before it is acknowledged; null: kept in memory only */
  readonly journalFile: string | null;
  readonly seed: number;
  /** how many clients the run has: subjects are client-0 .. client-(count-1) */
  readonly count: number;
  /** the run's faults by their index in the scenario; those not carried out here are left out */
  readonly faults: readonly { readonly index: number; readonly fault: RefreshFault | DropFault }[];
}

/** Coordinator to target. */
export type ToTarget =
  | { readonly type: 'start'; readonly config: TargetConfig }
  | { readonly type: 'fault-begin'; readonly index: number }
  | { readonly type: 'fault-end'; readonly index: number }
  /** answered by `counts` */
  | { readonly type: 'report' }
  /** answered by a last `counts`, then the process exits 0 */
  | { readonly type: 'stop' };

/** Target to coordinator. */
export type FromTarget =
  | { readonly type: 'listening'; readonly gatewayUrl: string; readonly tokenUrl: string }
  | { readonly type: 'counts'; readonly counts: TargetCounts }
  /** it could not start, or not go on; the process then exits 1 */
  | { readonly type: 'failed'; readonly message: string };

/** What the target saw since this process started; all are running totals but the queue lengths and `open`. */
export interface TargetCounts {
  /** upgraded, or finished for a client that had gone */
  readonly handshakes: number;
  /** finished after the client had gone */
  readonly wasted: number;
  /** answered with an HTTP status in place of an upgrade */
  readonly refusedHandshakes: number;
  /** waiting, not counting the one in service */
  readonly handshakeQueue: number;
  /** answered with tokens, or carried out for a client that had gone */
  readonly refreshes: number;
  /** waiting, not counting the one in service */
  readonly refreshQueue: number;
  /** refresh tokens used twice, outside the allowance for a lost response (RFC 9700 section 4.14.2) */
  readonly reuseDetected: number;
  readonly effects: number;
  /** effects that were not the first of their command id, counting those that earlier processes left in the journal */
  readonly duplicated: number;
  /** open connections, authenticated or not */
  readonly open: number;
  readonly faults: Readonly<Record<number, FaultTally>>;
}
