import { SeqSets } from './seq-sets.ts';

/**
 * What a population knows, one array a field and one element a client: about 130 bytes each, so that ten million
 * clients fit one process and nothing is allocated while they live. Instants are `MonoMs`; NaN means never. Fields that
 * only some scenarios write to are left at 0 by the others: memory that nobody has written to costs none.
 */
export function clientColumns(count: number) {
  return {
    state: new Uint8Array(count),
    /** FLAG, and above them the client's condition: what is read together lies together */
    flags: new Uint16Array(count),
    /** where its token request stands (TOKEN_PHASE) */
    tokenPhase: new Uint8Array(count),

    /** retries since the backoff was last reset */
    retry: new Uint16Array(count),
    previousDelayMs: new Float32Array(count),
    /** attempts in its life; also numbers its backoff draws */
    attempts: new Uint32Array(count),
    /** when the current attempt was meant to start */
    intendedAt: new Float64Array(count),
    readyAt: new Float64Array(count),
    /** when it lost the connection that it has not recovered yet */
    lostAt: new Float64Array(count).fill(NaN),

    /** how its clock reads: (1 + driftPerMs) * true time + skewMs */
    skewMs: new Float64Array(count),
    driftPerMs: new Float32Array(count),
    /** the token in hand: its `exp` in true time */
    expiresAt: new Float64Array(count),
    /** when the client, by its own clock, believes that the token runs out */
    believedEndAt: new Float64Array(count),
    /** when the client means to ask for the next one */
    refreshAt: new Float64Array(count),
    /** `exp` in true time of the token that the open connection was given */
    presentedExpiresAt: new Float64Array(count),
    /** when the refresh under way was meant to start */
    refreshIntendedAt: new Float64Array(count),
    refreshRetry: new Uint16Array(count),
    previousRefreshDelayMs: new Float32Array(count),
    /** token requests in its life; also numbers their draws */
    refreshes: new Uint32Array(count),

    /** when its reconnects and its token requests so far would be over, in seconds, if each took its share (see LoopDetector) */
    reconnectsOverAt: new Float32Array(count),
    refreshesOverAt: new Float32Array(count),

    /** when anything was last heard over the connection; where nothing is expected of it, nobody writes it down */
    heardAt: new Float64Array(count),
    /** when the ping was sent that has not been answered yet */
    pingedAt: new Float64Array(count),
    /** when its session was revoked, where FLAG.revoked says that it was */
    revokedAt: new Float64Array(count),

    /** the next command number */
    nextSeq: new Uint32Array(count),
    /** commands below this number have been sent at least once, or never will be */
    sentTo: new Uint32Array(count),
    /** commands that await their acknowledgement, or their first sending: one set a client */
    pending: new SeqSets(count),
    /** since when commands are sent over the open connection */
    sendingSince: new Float64Array(count),
  };
}

export type ClientColumns = Readonly<ReturnType<typeof clientColumns>>;

export const FLAG = {
  /** it has been ready at least once */ wasReady: 1,
  /** the server rejected the token in hand */ rejected: 2,
  /** it refreshed because of a rejection and has not been ready since */ refreshedOnReject: 4,
  /** it knows that the token of this connection has run out */ expiryNoticed: 8,
  /** it has presented a newer token in band and waits for the answer */ reauthenticating: 16,
  /** of this connection's commands the latest to be answered was refused */ forbidden: 32,
  /** a token request failed, and none has succeeded since */ refreshFailing: 64,
  /** it stopped because it has to log in again */ loggedOut: 128,
  /** something is overdue on this connection, and nothing has been heard since it was asked for */ silent: 256,
  /** that was so at least once on this connection */ foundSilent: 512,
  /** its session has been revoked, and this connection goes on */ revoked: 1024,
} as const;

/** The bits below this one are flags. */
export const CONDITION_SHIFT = 11;

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
} as const;
