import { OWN_ALARMS } from '../core/client/life.ts';
import type { Advice } from '../core/policy/advice.ts';

/** Where a client's connection stands, as the model has it. */
export const LINK = {
  none: 0,
  /** the request travels to a gateway */ asking: 1,
  /** the gateway's answer is decided, and on its way or in the line before it: accepted */ accepted: 2,
  /** the same: refused with `signal` */ refused: 3,
  open: 4,
  /** open, and a token travels to the gateway in a message */ presenting: 5,
  /** open, and the gateway's acceptance of that token is on its way back */ acknowledged: 6,
  /** over for the gateway; the client is about to hear of it, with `signal` */ closing: 7,
} as const;

/** Where a client's token request stands. */
export const REQUEST = {
  none: 0,
  /** travels to the token service */ asking: 1,
  /** an answer is on its way, or in the line before it: a token, issued a trip before it arrives */ granted: 2,
  /** the same: a failure, with `tokenSignal` */ failed: 3,
} as const;

/** What the model keeps of each client beside what the client knows: 40 bytes. */
export class Links {
  readonly link: Uint8Array;
  /** how the connection or attempt will end */
  readonly signal: Uint16Array;
  /** what the server says to do about it: an index of TOLD */
  readonly told: Uint8Array;
  readonly gateway: Uint8Array;
  /** one way, milliseconds, of the current connection */
  readonly latencyMs: Float32Array;
  /** `exp` in true time of the token that the gateway knows the open connection by */
  readonly expiresAt: Float64Array;

  readonly request: Uint8Array;
  readonly tokenSignal: Uint16Array;
  /** one way, milliseconds, of the current request */
  readonly tokenTripMs: Float32Array;

  /** the lowest command number that the three masks cover */
  readonly maskBase: Uint32Array;
  /** bit i: command maskBase + i has had its effect */
  readonly effects: Uint32Array;
  /** bit i: it is on its way to the gateway */
  readonly flying: Uint32Array;
  /** bit i: its acknowledgement is to come, or on its way */
  readonly acks: Uint32Array;

  constructor(count: number) {
    this.link = new Uint8Array(count);
    this.signal = new Uint16Array(count);
    this.told = new Uint8Array(count);
    this.gateway = new Uint8Array(count);
    this.latencyMs = new Float32Array(count);
    this.expiresAt = new Float64Array(count);
    this.request = new Uint8Array(count);
    this.tokenSignal = new Uint16Array(count);
    this.tokenTripMs = new Float32Array(count);
    this.maskBase = new Uint32Array(count);
    this.effects = new Uint32Array(count);
    this.flying = new Uint32Array(count);
    this.acks = new Uint32Array(count);
  }
}

/** The model's alarms of one client, beside the client's own. */
export const MODEL_ALARM = {
  /** what travels on the connection */ wire: OWN_ALARMS,
  /** what travels to or from the token service */ token: OWN_ALARMS + 1,
  /** what the gateway does when the token runs out */ expiry: OWN_ALARMS + 2,
  /** the next command to reach the gateway, or acknowledgement to reach the client */ command: OWN_ALARMS + 3,
} as const;

/** Advice by number; 0: the server says nothing. */
export const TOLD: readonly (Advice | null)[] = [null, 'retry', 'retry-now', 'refresh', 'login', 'stop'];
