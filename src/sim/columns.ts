import { OWN_ALARMS } from '../core/client/context.ts';
import type { Advice } from '../core/policy/advice.ts';

/** Where a client's connection stands, as the model has it. */
export const CONNECTION = {
  none: 0,
  /** the request travels to a gateway */ asking: 1,
  /** the gateway's answer is decided, and on its way or in the line before it: accepted */ accepted: 2,
  /** the same: refused with `signal` */ refused: 3,
  open: 4,
  /** open, and a token travels to the gateway in a message */ presenting: 5,
  /** open, and the gateway's acceptance of that token is on its way back */ acknowledged: 6,
  /** over for the gateway; the client is about to hear so, with `signal` */ closing: 7,
  /** over for the gateway, and a fault keeps it from the client */ unheard: 8,
  /** in a gateway's line, where anything may happen before its turn */ waiting: 9,
} as const;

/** Where a client's token request stands. */
export const REQUEST = {
  none: 0,
  /** travels to the token service */ asking: 1,
  /** an answer is on its way, or in the line before it: a token, issued a trip before it arrives */ granted: 2,
  /** the same: a failure, with `tokenSignal` */ failed: 3,
  /** in the line of the token service, where anything may happen before its turn */ serving: 4,
} as const;

/** What a gateway makes of an open connection: flags. */
export const SESSION = {
  /** it is not authenticated */ nobody: 1,
  /** nor will it be asked to, for its token was no good */ anonymous: 2,
  /** the token gives it no right to issue commands */ noCommand: 4,
  /** the token says that it is the next client */ otherSubject: 8,
  /** the gateway has said that the token is about to run out */ warned: 16,
} as const;

/** What a fault does to the network between a client and its gateway. */
export const IMPAIRMENT = {
  none: 0,
  /** nothing passes in either direction, and neither side notices */ silent: 1,
  /** nothing passes to the client until the fault ends */ stalled: 2,
  /** everything takes longer; `latencyMs` says how long */ slowed: 3,
  /** every message passes twice */ doubled: 4,
} as const;

/**
 * What the model keeps of each client beside what the client knows: 30 bytes, and 35 more that only faults and
 * unusual targets write to. Memory that nobody has written to costs none.
 */
export function modelColumns(count: number) {
  return {
    connection: new Uint8Array(count),
    /** how the connection or attempt will end */
    signal: new Uint16Array(count),
    /** the server's advice: an index of ADVICE */
    advice: new Uint8Array(count),
    /** for how long it asked not to be tried again, milliseconds; of the current attempt, or the last */
    retryAfterMs: new Float32Array(count),
    gateway: new Uint8Array(count),
    /** one way, milliseconds, of the current connection */
    latencyMs: new Float32Array(count),
    /** `exp` in true time of the token that the gateway knows the open connection by */
    expiresAt: new Float64Array(count),

    request: new Uint8Array(count),
    tokenSignal: new Uint16Array(count),
    tokenRetryAfterMs: new Float32Array(count),
    /** one way, milliseconds, of the current request */
    tokenTripMs: new Float32Array(count),

    /** SESSION */
    session: new Uint8Array(count),
    /** token flags of the token in hand, of the one that was last presented, and of the one that is about to be granted */
    tokenFlags: new Uint16Array(count),
    presentedFlags: new Uint16Array(count),
    grantedFlags: new Uint16Array(count),
    /** `iat` of the one that is about to be granted, on the run's clock */
    grantedAt: new Float64Array(count),
    /** `exp` of the newest token presented in band, where a gateway does not go by it */
    newestExpiresAt: new Float64Array(count),

    /** IMPAIRMENT, until when, and one more than the index of the occurrence that did it; until the connection is over */
    impairment: new Uint8Array(count),
    impairedUntil: new Float64Array(count),
    impairedBy: new Uint16Array(count),
  };
}

export type ModelColumns = Readonly<ReturnType<typeof modelColumns>>;

/** The model's alarms of one client, beside the client's own. */
export const MODEL_ALARM = {
  /** what travels on the connection */ wire: OWN_ALARMS,
  /** what travels to or from the token service */ token: OWN_ALARMS + 1,
  /** what the gateway does when the token runs out */ expiry: OWN_ALARMS + 2,
  /** the next command to reach the gateway, or answer to reach the client */ command: OWN_ALARMS + 3,
} as const;

/** Advice by number; 0: the server says nothing. */
export const ADVICE: readonly (Advice | null)[] = [null, 'retry', 'retry-now', 'refresh', 'login', 'stop'];
