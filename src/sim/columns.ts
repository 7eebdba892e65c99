import { OWN_ALARMS } from '../core/client/context.ts';
import { Records } from '../core/client/records.ts';
import type { Advice } from '../core/policy/advice.ts';

/** States of a client's connection in the model. */
export const CONNECTION = {
  none: 0,
  /** the request travels to a gateway */ asking: 1,
  /** decided: the accept is on its way, or waits for its turn in line */ accepted: 2,
  /** decided: the refusal with `signal` is on its way, or waits for its turn in line */ refused: 3,
  open: 4,
  /** open, and a token travels to the gateway in a message */ presenting: 5,
  /** open, and the gateway's acceptance of that token is on its way back */ acknowledged: 6,
  /** open, and a join or its answer is on its way */ joining: 7,
  /** open, and the end of its channel with `signal` travels to the client */ parting: 8,
  /** over for the gateway; the end with `signal` travels to the client */ closing: 9,
  /** over for the gateway; a fault hides the end from the client */ unheard: 10,
  /** undecided in a gateway's line, since something may happen before its turn */ waiting: 11,
  /** a request before the dial is under way */ requesting: 12,
} as const;

/** States of a client's token request. */
export const REQUEST = {
  none: 0,
  /** the request travels to the token service */ asking: 1,
  /** decided: a token, issued a trip before it arrives, is on its way or waits for its turn */ granted: 2,
  /** decided: a failure with `tokenSignal` is on its way or waits for its turn */ failed: 3,
  /** undecided in the service's line, since something may happen before its turn */ serving: 4,
  /** the answer to the request of another device of the user is awaited */ shared: 5,
} as const;

/** Flags of an open connection at its gateway. */
export const SESSION = {
  unauthenticated: 1,
  /** not authenticated and not asked to be, since its token was bad */ anonymous: 2,
  /** its token gives no right to send commands */ noCommand: 4,
  /** its token names the next client */ otherSubject: 8,
  /** the gateway has announced the token's expiry */ warned: 16,
} as const;

/** Faults of the network between a client and its gateway. */
export const IMPAIRMENT = {
  none: 0,
  /** nothing passes in either direction, and neither side notices */ silent: 1,
  /** nothing passes to the client until the fault ends */ stalled: 2,
  /** everything takes longer; `latencyMs` includes the delay */ slowed: 3,
  /** every message passes twice */ doubled: 4,
} as const;

/** Bytes of the columns that most events of a connection use, which lie together. */
const RECORD_BYTES = 8;

/**
 * The model's columns, beside the client's own: 26 bytes a client, and 40 more that only faults and unusual targets write
 * to. Unwritten memory costs nothing.
 */
export function modelColumns(count: number) {
  const records = new Records(count, RECORD_BYTES);
  return {
    /** one-way latency of the current connection, ms */
    latencyMs: records.float32(),
    /** signal with which the connection or attempt will end */
    signal: records.uint16(),
    connection: records.uint8(),
    /** index in ADVICE of the server's advice */
    advice: records.uint8(),

    gateway: new Uint8Array(count),
    /** Retry-After of the current or last attempt, ms */
    retryAfterMs: new Float32Array(count),
    /** arrivals so far of the requests before the dial and of their answers */
    dialLeg: new Uint8Array(count),
    /** arrivals so far of its joins and of their answers */
    joinLeg: new Uint8Array(count),
    /** sending of the last request before the dial */
    dialSentAt: new Float64Array(count),
    /** `exp` of the open connection's token at the gateway, in true time */
    expiresAt: new Float64Array(count),

    request: new Uint8Array(count),
    tokenSignal: new Uint16Array(count),
    tokenRetryAfterMs: new Float32Array(count),
    /** one-way latency of the current token request, ms */
    tokenTripMs: new Float32Array(count),

    /** SESSION */
    session: new Uint8Array(count),
    /** TOKEN_FLAG bits of the client's current token */
    tokenFlags: new Uint16Array(count),
    /** TOKEN_FLAG bits of the token presented last */
    presentedFlags: new Uint16Array(count),
    /** TOKEN_FLAG bits of the token being granted */
    grantedFlags: new Uint16Array(count),
    /** `iat` of the token being granted, on the run's clock */
    grantedAt: new Float64Array(count),
    /** `exp` of the newest token presented in band, where the gateway ignores it */
    newestExpiresAt: new Float64Array(count),

    /** IMPAIRMENT of the connection */
    impairment: new Uint8Array(count),
    /** time at which the impairment ends */
    impairedUntil: new Float64Array(count),
    /** index of the occurrence that impairs the connection, plus 1 */
    impairedBy: new Uint16Array(count),
  };
}

export type ModelColumns = Readonly<ReturnType<typeof modelColumns>>;

/** Returns whether a client's connection is open at the gateway. */
export function isOpen({ connection }: ModelColumns, client: number): boolean {
  return connection.at(client) >= CONNECTION.open && connection.at(client) <= CONNECTION.parting;
}

/** The model's alarms of one client, beside the client's own. */
export const MODEL_ALARM = {
  /** arrival of what travels on the connection */ wire: OWN_ALARMS,
  /** arrival of what travels to or from the token service */ token: OWN_ALARMS + 1,
  /** notice or expiry of the token at the gateway */ expiry: OWN_ALARMS + 2,
  /** arrival of the next command at the gateway, or answer at the client */ command: OWN_ALARMS + 3,
} as const;

/** Advice by number; 0: the server gives none. */
export const ADVICE: readonly (Advice | null)[] = [null, 'retry', 'retry-now', 'refresh', 'login', 'stop'];

/** The number of an advice; null: the server gives none, as most often. */
export function adviceNumber(advice: Advice | null): number {
  return advice === null ? 0 : ADVICE.indexOf(advice);
}
