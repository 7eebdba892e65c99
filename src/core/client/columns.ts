import { SeqSets } from './seq-sets.ts';

/**
 * State of a population: one array a column and one element a client, about 130 bytes a client, so that ten million
 * clients fit one process and nothing is allocated during a run. Instants are `MonoMs`; NaN means never. Columns that
 * only some scenarios use stay 0 in the others: memory that is never written to takes no physical memory.
 */
export function clientColumns(count: number) {
  return {
    state: new Uint8Array(count),
    /** bits of FLAG, and above them the client's condition, because both are read together */
    flags: new Uint16Array(count),
    /** phase of its token request (TOKEN_PHASE) */
    tokenPhase: new Uint8Array(count),

    /** retries since the backoff was last reset */
    retry: new Uint16Array(count),
    previousDelayMs: new Float32Array(count),
    /** attempts in the run; also numbers its backoff draws */
    attempts: new Uint32Array(count),
    /** intended start of the current attempt */
    intendedAt: new Float64Array(count),
    readyAt: new Float64Array(count),
    /** loss of the connection that it has not recovered yet */
    lostAt: new Float64Array(count).fill(NaN),

    /** reading of its clock: (1 + driftPerMs) * true time + skewMs */
    skewMs: new Float64Array(count),
    driftPerMs: new Float32Array(count),
    /** `exp` of the token in hand in true time */
    expiresAt: new Float64Array(count),
    /** true time at which the client's clock reads the token's `exp` */
    believedEndAt: new Float64Array(count),
    /** intended instant of the next token request */
    refreshAt: new Float64Array(count),
    /** `exp` in true time of the token that the open connection was given */
    presentedExpiresAt: new Float64Array(count),
    /** intended start of the refresh under way */
    refreshIntendedAt: new Float64Array(count),
    refreshRetry: new Uint16Array(count),
    previousRefreshDelayMs: new Float32Array(count),
    /** token requests in the run; also numbers their draws */
    refreshes: new Uint32Array(count),

    /** states of its loop detectors for reconnects and token requests, in seconds from the run's start (see LoopDetector) */
    reconnectsOverAt: new Float32Array(count),
    refreshesOverAt: new Float32Array(count),

    /** instant of the last message over the connection; recorded only where silence is looked for */
    heardAt: new Float64Array(count),
    /** send time of the ping that is not answered yet; without a heartbeat, the silence that the server's pings allow, ms */
    pingedAt: new Float64Array(count),
    /** revocation of its session, if FLAG.revoked is set */
    revokedAt: new Float64Array(count),

    /** the next command number */
    nextSeq: new Uint32Array(count),
    /** all commands below this number have been sent at least once, or never will be */
    sentTo: new Uint32Array(count),
    /** commands that await their acknowledgement or their first sending, one set a client */
    pending: new SeqSets(count),
    /** instant from which commands are sent over the open connection */
    sendingSince: new Float64Array(count),
  };
}

export type ClientColumns = Readonly<ReturnType<typeof clientColumns>>;

export const FLAG = {
  /** it has been ready at least once */ wasReady: 1,
  /** the server rejected the token in hand */ rejected: 2,
  /** it refreshed because of a rejection and has not been ready since */ refreshedOnReject: 4,
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
  return (columns.flags[client]! & flag) !== 0;
}

export function raise(columns: ClientColumns, client: number, flags: number): void {
  columns.flags[client] = columns.flags[client]! | flags;
}

export function lower(columns: ClientColumns, client: number, flags: number): void {
  columns.flags[client] = columns.flags[client]! & ~flags;
}

export const TOKEN_PHASE = {
  /** nothing under way */ none: 0,
  /** a request is out */ requested: 1,
  /** the last request failed; another follows */ retrying: 2,
  /** the last request failed for good */ exhausted: 3,
  /** the answer to the request of another device of the user is awaited */ shared: 4,
} as const;
