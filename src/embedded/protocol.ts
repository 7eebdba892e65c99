import type { Algorithm, Carrier } from '../core/token/carrier.ts';
import type { FaultTally } from '../core/fault/fault.ts';
import type { Occurrence } from '../core/fault/occurrence.ts';
import type { WallAnchor } from '../metrics/wall-clock.ts';
import type { OnExpiry } from '../core/server/expiry.ts';
import type { Revocation } from '../core/server/revocation-feed.ts';
import type { ReuseDetection } from '../core/server/rotation.ts';
import type { Unauthorized } from '../core/server/unauthorized.ts';
import type { Capacity, EmbeddedTarget } from '../scenario/scenario.ts';

/** Command ids that the target remembers: some 400 MB of them. A run in which more come due is refused. */
export const MAX_REMEMBERED_COMMANDS = 5_000_000;

/** What the embedded target needs to know. It crosses a process boundary as JSON: null stands for Infinity. */
export interface TargetConfig {
  readonly role: TargetRole;
  /** which gateway this is, from 0, and of how many; the token service and `all` are 0 of 1 */
  readonly gateway: number;
  readonly gateways: number;
  readonly host: string;
  /** 0 for any free port; a restarted target is given the ports that it had */
  readonly gatewayPort: number;
  readonly tokenPort: number;
  readonly capacity: { readonly [K in keyof Capacity]: number | null };
  readonly onExpiry: OnExpiry;
  readonly idempotent: boolean;
  /** from a command's effect to its acknowledgement */
  readonly ackDelayMs: number;
  readonly revocation: Revocation;
  readonly authorization: EmbeddedTarget['authorization'];
  readonly reauthentication: EmbeddedTarget['reauthentication'];
  readonly beforeAuth: EmbeddedTarget['beforeAuth'];
  readonly badToken: EmbeddedTarget['badToken'];
  readonly closes: EmbeddedTarget['closes'];
  readonly accessLog: EmbeddedTarget['accessLog'];
  /** where the access log is written, if one is; null: nowhere */
  readonly accessLogFile: string | null;
  readonly reuseDetection: ReuseDetection;
  readonly carrier: Carrier;
  readonly algorithm: Algorithm;
  readonly issuer: string;
  readonly audience: string;
  readonly lifetimeMs: number;
  /** the private key that tokens are signed with; never written anywhere */
  readonly privateJwk: Readonly<Record<string, unknown>>;
  /** where a gateway asks for keys that it does not know; null: the token service of its own process */
  readonly jwksUrl: string | null;
  /** keys the HMAC of refresh tokens, base64url; survives a restart of the target, so sessions do */
  readonly refreshSecret: string;
  /** every effect of a command is appended here before it is acknowledged; null: kept in memory only */
  readonly journalFile: string | null;
  /** `lost`: the command ids of effects that stand in the journal when this process starts are new to it all the same */
  readonly memory: 'kept' | 'lost';
  /** the wall clock of the run, which the machine's own may step away from; null: the machine's is followed */
  readonly wallAnchor: WallAnchor | null;
  readonly seed: number;
  /** how many clients the run has: subjects are client-0 .. client-(count-1) */
  readonly count: number;
  /** devices that share one account: client n belongs to user floor(n / perUser) */
  readonly perUser: number;
}

/** Where the token service shows its key set. */
export const JWKS_PATH = '/.well-known/jwks.json';

/** What a process of the target does. */
export type TargetRole = 'all' | 'gateway' | 'token-service';

/** What a process may be told to do, and says that it has done. */
export type Order = 'drain' | 'capacity';

/** Coordinator to target. */
export type ToTarget =
  | { readonly type: 'start'; readonly config: TargetConfig }
  /** the run's time 0 by the clock that all processes share */
  | { readonly type: 'run-begins'; readonly hrMs: number }
  /** `agoMs`: how long ago a process that has died began it, or 0; `isCounted`: whether this process counts it */
  | { readonly type: 'begin'; readonly occurrence: Occurrence; readonly agoMs: number; readonly isCounted: boolean }
  /** by the occurrence's index */
  | { readonly type: 'end'; readonly index: number }
  /** close all connections with 1012, the last one after `overMs`; answered by `done` */
  | { readonly type: 'drain'; readonly overMs: number }
  /** serve handshakes at this share of the configured capacity; answered by `done` */
  | { readonly type: 'capacity'; readonly share: number }
  /** answered by `counts` */
  | { readonly type: 'report' }
  /** answered by a last `counts`, then the process exits 0 */
  | { readonly type: 'stop' };

/** Target to coordinator. */
export type FromTarget =
  /** a URL is empty where the process does not serve it */
  | { readonly type: 'listening'; readonly gatewayUrl: string; readonly tokenUrl: string }
  | { readonly type: 'done'; readonly what: Order }
  /** `wallErrorMs`: the process's wall clock minus the run's */
  | { readonly type: 'counts'; readonly counts: TargetCounts; readonly wallErrorMs: number }
  /** it could not start, or not go on; the process then exits 1. `journal`: effects could not be recorded */
  | { readonly type: 'failed'; readonly message: string; readonly what: 'process' | 'journal' };

/**
 * In an upgrade request to the embedded target: the number of the client that asks. Its faults go by it; nothing else
 * does.
 */
export const CLIENT_HEADER = 'squall-client';

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
  /** sessions that ended because a refresh token was used twice, as reuse detection has it (RFC 9700 section 4.14.2) */
  readonly reuseDetected: number;
  /** key sets that were asked for while a fault kept them back */
  readonly keyFetchesRefused: number;
  readonly effects: number;
  /** effects that were not the first of their command id, counting those that earlier processes left in the journal */
  readonly duplicated: number;
  /** open connections, authenticated or not */
  readonly open: number;
  /** commands that took effect although the sender should not have been let, by why not */
  readonly unauthorized: Readonly<Record<Unauthorized, number>>;
  /** sessions that began without a token that is good */
  readonly anonymous: number;
  /** ready sessions whose client lost a right that their token gives, while they stayed open */
  readonly downgraded: number;
  /** by the fault's place among those of the run */
  readonly faults: Readonly<Record<number, FaultTally>>;
}

/** The counts of a target that has done nothing, or of the parts that a process does not have. */
export const NOTHING_COUNTED: TargetCounts = {
  handshakes: 0,
  wasted: 0,
  refusedHandshakes: 0,
  handshakeQueue: 0,
  refreshes: 0,
  refreshQueue: 0,
  reuseDetected: 0,
  keyFetchesRefused: 0,
  effects: 0,
  duplicated: 0,
  open: 0,
  unauthorized: { beforeAuth: 0, expired: 0, revoked: 0, forbidden: 0 },
  anonymous: 0,
  downgraded: 0,
  faults: {},
};
