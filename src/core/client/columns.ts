import { SeqSets } from './seq-sets.ts';

/**
 * What a population knows, one array a field and one element a client: about 130 bytes each, so that ten million
 * clients fit one process and nothing is allocated while they live. Instants are `MonoMs`; NaN means never. Fields that
 * only some scenarios write to are left at 0 by the others: memory that nobody has written to costs none.
 */
export class ClientColumns {
  readonly state: Uint8Array;
  /** FLAG, and above them the client's condition: what is read together lies together */
  readonly flags: Uint16Array;
  /** where its token request stands (TOKEN_PHASE) */
  readonly tokenPhase: Uint8Array;

  /** retries since the backoff was last reset */
  readonly retry: Uint16Array;
  readonly previousDelayMs: Float32Array;
  /** attempts in its life; also numbers its backoff draws */
  readonly attempts: Uint32Array;
  /** when the current attempt was meant to start */
  readonly intendedAt: Float64Array;
  readonly readyAt: Float64Array;
  /** when it lost the connection that it has not recovered yet */
  readonly lostAt: Float64Array;

  /** how its clock reads: (1 + driftPerMs) * true time + skewMs */
  readonly skewMs: Float64Array;
  readonly driftPerMs: Float32Array;
  /** the token in hand: its `exp` in true time */
  readonly expiresAt: Float64Array;
  /** when the client, by its own clock, believes that the token runs out */
  readonly believedEndAt: Float64Array;
  /** when the client means to ask for the next one */
  readonly refreshAt: Float64Array;
  /** `exp` in true time of the token that the open connection was given */
  readonly presentedExpiresAt: Float64Array;
  /** when the refresh under way was meant to start */
  readonly refreshIntendedAt: Float64Array;
  readonly refreshRetry: Uint16Array;
  readonly previousRefreshDelayMs: Float32Array;
  /** token requests in its life; also numbers their draws */
  readonly refreshes: Uint32Array;

  /** when its reconnects and its token requests so far would be over, in seconds, if each took its share (see LoopDetector) */
  readonly reconnectsOverAt: Float32Array;
  readonly refreshesOverAt: Float32Array;

  /** when anything was last heard over the connection; where nothing is expected of it, nobody writes it down */
  readonly heardAt: Float64Array;
  /** when the ping was sent that has not been answered yet */
  readonly pingedAt: Float64Array;
  /** when its session was revoked, where FLAG.revoked says that it was */
  readonly revokedAt: Float64Array;

  /** the next command number */
  readonly nextSeq: Uint32Array;
  /** commands below this number have been sent at least once, or never will be */
  readonly sentTo: Uint32Array;
  /** commands that await their acknowledgement, or their first sending: one set a client */
  readonly pending: SeqSets;
  /** since when commands are sent over the open connection */
  readonly sendingSince: Float64Array;

  constructor(count: number) {
    this.state = new Uint8Array(count);
    this.flags = new Uint16Array(count);
    this.tokenPhase = new Uint8Array(count);
    this.retry = new Uint16Array(count);
    this.previousDelayMs = new Float32Array(count);
    this.attempts = new Uint32Array(count);
    this.intendedAt = new Float64Array(count);
    this.readyAt = new Float64Array(count);
    this.lostAt = new Float64Array(count).fill(NaN);
    this.skewMs = new Float64Array(count);
    this.driftPerMs = new Float32Array(count);
    this.expiresAt = new Float64Array(count);
    this.believedEndAt = new Float64Array(count);
    this.refreshAt = new Float64Array(count);
    this.presentedExpiresAt = new Float64Array(count);
    this.refreshIntendedAt = new Float64Array(count);
    this.refreshRetry = new Uint16Array(count);
    this.previousRefreshDelayMs = new Float32Array(count);
    this.refreshes = new Uint32Array(count);
    this.reconnectsOverAt = new Float32Array(count);
    this.refreshesOverAt = new Float32Array(count);
    this.heardAt = new Float64Array(count);
    this.pingedAt = new Float64Array(count);
    this.revokedAt = new Float64Array(count);
    this.nextSeq = new Uint32Array(count);
    this.sentTo = new Uint32Array(count);
    this.pending = new SeqSets(count);
    this.sendingSince = new Float64Array(count);
  }
}

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
