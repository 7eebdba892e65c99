import type { Algorithm, Carrier } from '../core/token/carrier.ts';
import type { FaultTally } from '../core/fault/fault.ts';
import type { Occurrence } from '../core/fault/occurrence.ts';
import type { WallAnchor } from '../metrics/wall-clock.ts';
import type { Unauthorized } from '../core/server/unauthorized.ts';
import type { ClaimTable } from '../identity/claims.ts';
import type { Capacity, TargetBehaviour } from '../scenario/schema/target.ts';

/** Most command ids that the target remembers, about 400 MB; a run with more commands is refused. */
export const MAX_REMEMBERED_COMMANDS = 5_000_000;

/** Configuration of a process of the embedded target; sent as JSON, in which null stands for Infinity. */
export interface TargetConfig extends TargetBehaviour {
  readonly role: TargetRole;
  /** index of this gateway among `gateways`; the token service and `all` are 0 of 1 */
  readonly gateway: number;
  readonly gateways: number;
  readonly host: string;
  /** 0: any free port; a restarted target gets its former ports */
  readonly gatewayPort: number;
  readonly tokenPort: number;
  readonly capacity: { readonly [K in keyof Capacity]: number | null };
  /** file of the access log; null: none is written */
  readonly accessLogFile: string | null;
  readonly carrier: Carrier;
  readonly algorithm: Algorithm;
  readonly issuer: string;
  readonly audience: string;
  readonly lifetimeMs: number;
  /** private key that signs tokens; never written to a file */
  readonly privateJwk: Readonly<Record<string, unknown>>;
  /** URL at which a gateway fetches unknown keys; null: the token service of its own process */
  readonly jwksUrl: string | null;
  /** HMAC key of refresh tokens, base64url; it survives a restart of the target, so sessions do */
  readonly refreshSecret: string;
  /** file to which each effect is appended before it is acknowledged; null: effects are kept in memory only */
  readonly journalFile: string | null;
  /** `lost`: this process does not recognise the command ids that stand in the journal when it starts */
  readonly memory: 'kept' | 'lost';
  /** wall clock of the run, unaffected by steps of the machine's clock; null: the machine's clock */
  readonly wallAnchor: WallAnchor | null;
  readonly seed: number;
  /** number of clients in the run: subjects are client-0 .. client-(count-1) */
  readonly count: number;
  /** connections that a gateway holds; it refuses further ones with 503 */
  readonly room: ConnectionRoom;
  /** number of devices per account: client n belongs to user floor(n / perUser) */
  readonly perUser: number;
  /** claims that the token service adds to its tokens; null: none */
  readonly claims: ClaimTable | null;
  /** requests of a kind that a process answers in a rehearsal before it listens: of the kind that it will get */
  readonly rehearsals: Rehearsals;
}

/** Most open connections of a gateway. */
export interface ConnectionRoom {
  readonly all: number;
  /** those of them that have not presented a valid token */
  readonly unauthenticated: number;
}

/** Connections beyond those of the clients: room for strangers. */
const SPARE_CONNECTIONS = 1024;

/** Room for the clients of a run: two connections for each, since one ends while the next begins. */
export function roomForClients(count: number): ConnectionRoom {
  return { all: 2 * count + SPARE_CONNECTIONS, unauthenticated: count + SPARE_CONNECTIONS };
}

/** Numbers of requests in rehearsals; 0: none. */
export interface Rehearsals {
  readonly handshakes: number;
  readonly refreshes: number;
}

export const NO_REHEARSALS: Rehearsals = { handshakes: 0, refreshes: 0 };

/** Path of the token service's key set. */
export const JWKS_PATH = '/.well-known/jwks.json';

/** Services that a process of the target runs. */
export type TargetRole = 'all' | 'gateway' | 'token-service';

/** An order to a process, which it answers with `done`. */
export type Order = 'drain' | 'capacity';

/** Message from the coordinator to a process of the target. */
export type ToTarget =
  | { readonly type: 'start'; readonly config: TargetConfig }
  /** time 0 of the run by the clock that all processes share */
  | { readonly type: 'run-begins'; readonly hrMs: number }
  /** begins an occurrence; `agoMs`: time since a process that has died began it; `isCounted`: this process counts its hits */
  | { readonly type: 'begin'; readonly occurrence: Occurrence; readonly agoMs: number; readonly isCounted: boolean }
  /** ends an occurrence, by its index */
  | { readonly type: 'end'; readonly index: number }
  /** closes all connections with 1012, the last one after `overMs`; answered by `done` */
  | { readonly type: 'drain'; readonly overMs: number }
  /** sets the share of the configured capacity at which handshakes are served; answered by `done` */
  | { readonly type: 'capacity'; readonly share: number }
  /** asks for the counts; answered by `counts` */
  | { readonly type: 'report' }
  /** ends the process, which answers with its last `counts` and exits 0 */
  | { readonly type: 'stop' };

/** Message from a process of the target to the coordinator. */
export type FromTarget =
  /** a URL is empty where the process does not run that service */
  | { readonly type: 'listening'; readonly gatewayUrl: string; readonly tokenUrl: string }
  | { readonly type: 'done'; readonly what: Order }
  /** `wallErrorMs`: wall clock of the process minus wall clock of the run */
  | { readonly type: 'counts'; readonly counts: TargetCounts; readonly wallErrorMs: number }
  /** the process could not start or continue, and exits 1; `journal`: effects could not be recorded */
  | { readonly type: 'failed'; readonly message: string; readonly what: 'process' | 'journal' };

/** Header with the client's number in an upgrade request to the embedded target; only its faults use it. */
export const CLIENT_HEADER = 'squall-client';

/** CPU time of a process, and the time for which it lacked a core. */
export interface CoreUse {
  readonly cpuMs: number;
  /** time for which the process had work and no core; of several processes, the longest of their times */
  readonly starvedMs: number;
}

/** Counts of one process since it started: running totals, except the queue lengths and `open`. */
export interface TargetCounts extends CoreUse {
  /** handshakes that were upgraded, or served for a client that had left */
  readonly handshakes: number;
  /** handshakes served after the client had left */
  readonly wasted: number;
  /** upgrade requests answered with an HTTP status in place of an upgrade */
  readonly refusedHandshakes: number;
  /** waiting requests without the one in service */
  readonly handshakeQueue: number;
  /** refreshes answered with tokens, or carried out for a client that had left */
  readonly refreshes: number;
  /** waiting requests without the one in service */
  readonly refreshQueue: number;
  /** sessions that ended because a refresh token was used twice (reuse detection, RFC 9700 section 4.14.2) */
  readonly reuseDetected: number;
  /** requests for the key set that a fault refused */
  readonly keyFetchesRefused: number;
  readonly effects: number;
  /** effects that were not the first of their command id; the first may be of an earlier process, in the journal */
  readonly duplicated: number;
  /** open connections, authenticated or not */
  readonly open: number;
  /** commands that took effect although they should have been refused, by reason */
  readonly unauthorized: Readonly<Record<Unauthorized, number>>;
  /** sessions that began without a valid token */
  readonly anonymous: number;
  /** open sessions whose client lost a right that the session's token gives */
  readonly downgraded: number;
  /** tallies by the fault's index in the run */
  readonly faults: Readonly<Record<number, FaultTally>>;
}

/** Counts of a service that has done nothing, or that the process does not run. */
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
  cpuMs: 0,
  starvedMs: 0,
  faults: {},
};
