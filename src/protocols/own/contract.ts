/**
 * The contract of a protocol of one's own: a module whose default export is a `Protocol`. squall loads it in each worker,
 * and makes one `Connection` for each dial. The contract grows by optional members only while `contract` is 1.
 */

/** A message to send: text, or bytes of a binary frame. */
export type Sent = string | Uint8Array;

/** The next step of a client: connect after its backoff or at once, get another token first, log in again, or stop. */
export type NextStep = 'retry' | 'retry-now' | 'refresh' | 'login' | 'stop';

/** A client that dials. */
export interface ProtocolClient {
  /** its number in the whole population, from 0 */
  readonly number: number;
  /** columns of its user */
  readonly user: Readonly<Record<string, string>>;
}

/** Values of `options` in the scenario. */
export type ProtocolOptions = Readonly<Record<string, string | number | boolean>>;

/** A command to send. */
export interface Command {
  /** its number on this client, from 0 */
  readonly seq: number;
  /** `CLIENT-SEQ`, which is unique in the run */
  readonly id: string;
  /** whether it was sent before, on an earlier connection */
  readonly again: boolean;
}

/**
 * What a message of the server means.
 *
 * - `greeting`: the server spoke first, and now expects the token (`handshake: 'server-first'`)
 * - `authenticated`: the token was accepted; `join` is asked next
 * - `joined`: the last message of `join` was answered; `join` is asked again
 * - `refused`: the token was refused, and the connection is given up
 * - `ack`, `command-refused`: the answer to command `seq`
 * - `renewed`: a newer token was accepted on the open connection
 * - `expiring`: the token runs out soon
 * - `closing`: the server ends the session
 * - `ping`: with the answer in `reply`
 * - `known`: nothing follows from it
 */
export interface Message {
  readonly is:
    | 'greeting'
    | 'authenticated'
    | 'joined'
    | 'refused'
    | 'ack'
    | 'command-refused'
    | 'renewed'
    | 'expiring'
    | 'closing'
    | 'ping'
    | 'known';
  /** number of the command, of `ack` and `command-refused` */
  readonly seq?: number;
  /** what the client does next, of `refused`, `command-refused`, `expiring` and `closing`; absent: as for any such end */
  readonly advice?: NextStep;
  /** message to send at once */
  readonly reply?: Sent;
  /** silence after which the server counts as dead, as it announced it, ms */
  readonly silenceMs?: number;
}

/** One connection of one client, with whatever state it needs. */
export interface Connection {
  /** Message that presents the token, after opening or after the greeting. Needed unless `handshake` is `none`. */
  authenticate?(token: string): Sent;
  /** Next message before the connection is ready; null: it is ready. Absent: nothing is joined. */
  join?(): Sent | null;
  /** Message that presents a newer token. Needed where `renewsInBand`. */
  renew?(token: string): Sent;
  /** Needed where a scenario has commands. */
  command?(command: Command): Sent;
  /** Message that asks for a sign of life. Absent: a ping frame of WebSocket. */
  ping?(): Sent;
  /**
   * Reads a message of the server, or several in one frame.
   *
   * @returns null: not understood; it is counted and shown under `seen`
   */
  receive(data: string | Uint8Array): Message | readonly Message[] | null;
}

/** What both worlds need to know without a message: all that a simulation sees of the protocol. */
export interface Shape {
  /** how a connection is authenticated after its socket has opened: not at all (the upgrade did it), or by messages */
  readonly handshake: 'none' | 'client-first' | 'server-first';
  /** messages of `join` until ready, each with its answer; default: 0 */
  readonly joins?: number;
  /** whether commands are acknowledged; default: false */
  readonly acknowledges?: boolean;
  /** whether a newer token is presented on an open connection; default: false */
  readonly renewsInBand?: boolean;
  /** pings of a client, unless the scenario has others; default: none */
  readonly clientPings?: {
    readonly everyMs: number;
    readonly timeoutMs: number;
    /** default: true */
    readonly answered?: boolean;
  };
  /** pings of the server: a client gives up when nothing came for `everyMs + timeoutMs`; default: none */
  readonly serverPings?: { readonly everyMs: number; readonly timeoutMs: number };
}

/**
 * A protocol of one's own: the default export of its module.
 *
 * @example
 * export default {
 *   contract: 1,
 *   shape: { handshake: 'client-first', acknowledges: true },
 *   connect: () => ({
 *     authenticate: (token) => `AUTH ${token}`,
 *     command: ({ seq }) => `DO ${seq}`,
 *     receive: (text) => (text === 'WELCOME' ? { is: 'authenticated' } : { is: 'ack', seq: Number(text.slice(3)) }),
 *   }),
 * };
 */
export interface Protocol {
  /** version of this contract */
  readonly contract: 1;
  readonly shape: Shape;
  /** subprotocols that are offered before those of the scenario */
  readonly subprotocols?: readonly string[];
  /** Makes the connection of a dial. */
  connect(client: ProtocolClient, options: ProtocolOptions): Connection;
}
