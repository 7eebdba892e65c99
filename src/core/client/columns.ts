import { GROUP } from '../time/board.ts';
import { Records } from './records.ts';
import { SeqSets } from './seq-sets.ts';

/** Bytes of the columns that most events use, and as many of the client's alarms, which lie together. */
const RECORD_BYTES = 128;
/** Bytes of the columns that token requests use beside them. */
const REQUEST_RECORD_BYTES = 24;

/**
 * State of a population: one element a client and column, of which those that are used together lie in one record, about 190 bytes a client with its alarms, so that ten million
 * clients fit one process and nothing is allocated during a run. Instants are `MonoMs`; NaN means never. Columns that
 * only some scenarios use stay 0 in the others: memory that is never written to takes no physical memory.
 *
 * @param others alarms after those of the clients, for which the board has room as well
 */
export function clientColumns(count: number, others = 0) {
  const records = new Records(count + Math.ceil(others / GROUP), RECORD_BYTES);
  const requests = new Records(count, REQUEST_RECORD_BYTES);
  const columns = {
    /** the alarms of the clients, ALARMS for each, and the others */
    board: records.board(),
    /** intended start of the current attempt */
    intendedAt: records.float64(),
    readyAt: records.float64(),
    /** loss of the connection that it has not recovered yet */
    lostAt: records.float64(),
    /** `exp` of the token in hand in true time */
    expiresAt: records.float64(),
    /** `exp` in true time of the token that the open connection was given */
    presentedExpiresAt: records.float64(),
    /** intended instant of the next token request */
    refreshAt: records.float64(),
    /** attempts in the run; also numbers its backoff draws */
    attempts: records.uint32(),
    /** state of its loop detector for reconnects, in seconds from the run's start (see LoopDetector) */
    reconnectsOverAt: records.float32(),
    /** retries since the backoff was last reset */
    retry: records.uint16(),
    /** bits of FLAG, and above them the client's condition, because both are read together */
    flags: records.uint16(),
    state: records.uint8(),
    /** phase of its token request (TOKEN_PHASE) */
    tokenPhase: records.uint8(),
    /** JOIN_PHASE, with REJOINS */
    joinPhase: records.uint8(),

    /** intended start of the refresh under way */
    refreshIntendedAt: requests.float64(),
    /** true time at which the client's clock reads the token's `exp` */
    believedEndAt: requests.float64(),
    /** token requests in the run; also numbers their draws */
    refreshes: requests.uint32(),
    /** state of its loop detector for token requests */
    refreshesOverAt: requests.float32(),

    /** the previous backoff delay, where the jitter depends on it */
    previousDelayMs: new Float32Array(count),
    /** first failure since it was last ready, where delays depend on the time since; 0: none */
    failedSince: new Float64Array(count),

    /** reading of its clock: (1 + driftPerMs) * true time + skewMs */
    skewMs: new Float64Array(count),
    driftPerMs: new Float32Array(count),
    refreshRetry: new Uint16Array(count),
    previousRefreshDelayMs: new Float32Array(count),

    /** instant of the last message over the connection; recorded only where silence is looked for */
    heardAt: new Float64Array(count),
    /** send time of the first ping that is not known to be answered */
    pingedAt: new Float64Array(count),
    /** its next ping */
    beatAt: new Float64Array(count),
    /** period of its pings and silence allowed after one, where the server may announce them, ms */
    pingEveryMs: new Float64Array(count),
    pingTimeoutMs: new Float64Array(count),
    /** silence that the server's pings allow, ms */
    silenceMs: new Float64Array(count),
    /** joins in the run; also numbers their draws */
    joins: new Uint32Array(count),
    /** joins that failed since the channel was joined last */
    joinRetry: new Uint16Array(count),
    /** intended start of the join under way */
    joinAt: new Float64Array(count),
    /** end of its wait for a join or a rejoin delay, where joins are tried again; NEVER: it waits for neither */
    joinDueAt: new Float64Array(count),
    /** revocation of its session, if FLAG.revoked is set */
    revokedAt: new Float64Array(count),
    /** `exp` in true time of the token that was last presented in band; the token in hand may be newer */
    offeredExpiresAt: new Float64Array(count),
    /** the last acceptance of a token that was presented in band */
    renewedAt: new Float64Array(count),

    /** the next command number */
    nextSeq: new Uint32Array(count),
    /** all commands below this number have been sent at least once, or never will be */
    sentTo: new Uint32Array(count),
    /** commands that await their acknowledgement or their first sending, one set a client */
    pending: new SeqSets(count),
    /** instant from which commands are sent over the open connection */
    sendingSince: new Float64Array(count),
  };
  for (let client = 0; client < count; client++) columns.lostAt.set(client, NaN);
  return columns;
}

export type ClientColumns = Readonly<ReturnType<typeof clientColumns>>;

export const FLAG = {
  /** it has been ready at least once */ wasReady: 1,
  /** the server rejected the token in hand */ rejected: 2,
  /** it refreshed because of a rejection and has not been ready since, except by joining again */ refreshedOnReject: 4,
  /** it knows that the token of this connection has expired */ expiryNoticed: 8,
  /** it has presented a newer token in band and awaits the answer */ reauthenticating: 16,
  /** the latest answer to a command on this connection was a refusal */ forbidden: 32,
  /** a token request failed, and none has succeeded since */ refreshFailing: 64,
  /** it stopped because it must log in again */ loggedOut: 128,
  /** an answer is overdue on this connection, and nothing has been heard since the request */ silent: 256,
  /** the connection was silent at least once */ foundSilent: 512,
  /** its session is revoked, but this connection is still open */ revoked: 1024,
  /** it has no token yet: its first request is a login */ tokenless: 2048,
} as const;

/** The bits below this one are flags. */
export const CONDITION_SHIFT = 12;

export function has(columns: ClientColumns, client: number, flag: number): boolean {
  return (columns.flags.at(client) & flag) !== 0;
}

export function raise(columns: ClientColumns, client: number, flags: number): void {
  columns.flags.set(client, columns.flags.at(client) | flags);
}

export function lower(columns: ClientColumns, client: number, flags: number): void {
  columns.flags.set(client, columns.flags.at(client) & ~flags);
}

/** What a client in `joining` waits for. */
export const JOIN_PHASE = {
  none: 0,
  /** the answer to a join */ asked: 1,
  /** the end of the rejoin delay */ delayed: 2,
  /** another token */ token: 3,
} as const;

/** Added to JOIN_PHASE where the channel was joined over this connection before: no attempt is under way. */
export const REJOINS = 4;

export function isRejoining({ joinPhase }: ClientColumns, client: number): boolean {
  return (joinPhase.at(client) & REJOINS) !== 0;
}

export const TOKEN_PHASE = {
  /** nothing under way */ none: 0,
  /** a request is out */ requested: 1,
  /** the last request failed; another follows */ retrying: 2,
  /** the last request failed for good */ exhausted: 3,
  /** the answer to the request of another device of the user is awaited */ shared: 4,
} as const;
