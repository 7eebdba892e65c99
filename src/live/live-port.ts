import type { Machine } from '../core/client/machine.ts';
import { adviceIn } from '../core/policy/parse-advice.ts';
import type { Port } from '../core/client/port.ts';
import type { DropMode } from '../core/fault/drop.ts';
import type { Miss } from '../core/fault/fault.ts';
import type { FaultWorld } from '../core/fault/injector.ts';

import { NETWORK, type Signal } from '../core/signal.ts';
import { NEVER, type MonoMs } from '../core/time/instant.ts';
import type { Carrier } from '../core/token/carrier.ts';
import type { Sighting } from '../metrics/sighting.ts';
import type { TokenRecord } from '../leaks/token-record.ts';
import type { RunClock } from './clock.ts';
import { Connection, type ConnectionEvents } from './connection.ts';
import type { Credentials } from './credentials.ts';
import type { Gateways } from './gateways.ts';
import type { Messages } from './messages.ts';
import { FaultedHandshakes } from './request-faults/faulted-handshakes.ts';
import { FaultedTokens } from './request-faults/faulted-tokens.ts';
import type { Population } from './request-faults/population.ts';
import { RateCap } from './rate-cap.ts';
import { retryAfterMs } from './retry-after.ts';
import type { Sightings } from './sightings.ts';
import type { NextToken, TokenSource } from './token-source.ts';

const NO_REASON = Buffer.alloc(0);
/** Signals from here on are what a remote answered: an HTTP status or a close code. */
const FIRST_ANSWER = 100;

export interface PortParts extends Population {
  readonly clock: RunClock;
  readonly gateways: Gateways;
  readonly carrier: Carrier;
  readonly credentials: Credentials;
  /** told of every token that a client is given */
  readonly record: TokenRecord | undefined;
  readonly messages: Messages;
  readonly tokens: TokenSource;
  /** what may spoil token requests and handshakes */
  readonly faults: Pick<FaultWorld, 'refreshes' | 'handshakes'>;
  readonly maxAttemptsPerSecond: number;
  readonly sightings: Sightings;
  /** refresh tokens that come from a file of the user's, which an earlier run may have used */
  readonly ownRefreshTokens: boolean;
  /** called after each event: alarms may have been set */
  readonly nudge: () => void;
}

/** Carries out what clients ask for, with real sockets and requests, and hands back what comes of it. */
export class LivePort implements Port, ConnectionEvents {
  readonly #parts: PortParts;
  readonly #connections: (Connection | undefined)[] = [];
  readonly #requests: (AbortController | undefined)[] = [];
  readonly #cap: RateCap;
  readonly #handshakes: FaultedHandshakes;
  readonly #tokens: FaultedTokens;
  #machine!: Machine;
  /** open, opening or closing; a client has more than one while it replaces a connection */
  #sockets = 0;
  /** clients that have asked for a token with the refresh token from the user's file */
  readonly #asked = new Set<number>();
  #refusedAtFirstUse = 0;
  #allClosed: () => void = () => {};

  constructor(parts: PortParts) {
    this.#parts = parts;
    const { refreshes, handshakes } = parts.faults;
    this.#tokens = new FaultedTokens(parts.tokens, parts, refreshes, (client, answer) => this.#record(client, answer));
    this.#handshakes = new FaultedHandshakes(parts, handshakes, {
      connect: (client) => this.#open(client),
      fail: (client, signal, retryAfter) => this.#over(client, signal, NO_REASON, retryAfter),
      drop: (client, mode) => this.drop(client, mode),
    });
    this.#cap = new RateCap(parts.maxAttemptsPerSecond, (client) => this.#handshakes.dial(client), parts.now);
  }

  /** Machine and port know each other; the machine is made second. */
  attach(machine: Machine): void {
    this.#machine = machine;
  }

  /** Attempts that the rate cap held back. */
  get delayedAttempts(): number {
    return this.#cap.delayed;
  }

  /** The same of token requests. */
  get delayedRequests(): number {
    return this.#parts.tokens.delayed;
  }

  /** Refresh tokens from the user's file that the endpoint called invalid when they were first used. */
  get refusedAtFirstUse(): number {
    return this.#refusedAtFirstUse;
  }

  dial(client: number): void {
    this.#cap.ask(client);
  }

  hangUp(client: number): void {
    this.#cap.withdraw(client);
    this.#handshakes.over(client);
    this.#connections[client]?.hangUp();
    this.#connections[client] = undefined;
  }

  authenticate(client: number): void {
    const { messages, credentials } = this.#parts;
    this.#connections[client]?.send(messages.authenticate(credentials.access[client]!));
  }

  send(client: number, seq: number): void {
    this.#connections[client]?.send(this.#parts.messages.command(this.#parts.numberOf(client), seq));
  }

  ping(client: number): MonoMs {
    this.#connections[client]?.ping();
    return NEVER;
  }

  /** The open, or opening, connection of a client. */
  connectionOf(client: number): Connection | undefined {
    return this.#connections[client];
  }

  /** Ends a client's connection as if its gateway had; or says why not. */
  drop(client: number, mode: DropMode): Miss | null {
    const connection = this.#connections[client];
    if (connection === undefined) return 'not-connected';
    if (connection.isCutOff) return 'another-fault';
    if (mode.kind === 'reset') connection.reset();
    else if (mode.kind === 'garbage') connection.garble();
    else {
      connection.hangUp();
      this.#over(client, mode.code, Buffer.from(mode.reason), null);
    }
    return null;
  }

  requestToken(client: number): void {
    const abort = new AbortController();
    this.#requests[client] = abort;
    void this.#request(client, abort);
  }

  abandonToken(client: number): void {
    this.#requests[client]?.abort();
    this.#requests[client] = undefined;
  }

  opened(client: number): void {
    this.#handshakes.opened(client);
    this.#machine.onOpen(client, this.#parts.clock.now());
    this.#parts.nudge();
  }

  ended(client: number, signal: Signal, reason: Buffer, retryAfter: string | null = null): void {
    if (signal >= FIRST_ANSWER || reason.length > 0) this.#see('end', client, signal, reason);
    this.#over(client, signal, reason, retryAfter);
  }

  /** The connection or attempt has ended, by the remote or by a fault that acts in its place. */
  #over(client: number, signal: Signal, reason: Buffer, retryAfter: string | null): void {
    this.#connections[client] = undefined;
    this.#handshakes.over(client, signal);
    const now = this.#parts.clock.now();
    this.#machine.onClosed(client, signal, adviceIn(reason.toString()), now, this.#retryAfter(client, retryAfter, now));
    this.#parts.nudge();
  }

  heard(client: number): void {
    this.#machine.onHeard(client, this.#parts.clock.now());
  }

  message(client: number, data: Buffer): void {
    const now = this.#parts.clock.now();
    this.#machine.onMessage(client);
    const meaning = this.#parts.messages.meaning(data, this.#parts.numberOf(client));
    switch (meaning.kind) {
      case 'ack':
        this.#machine.onAck(client, meaning.seq, now);
        break;
      case 'refused':
        this.#machine.onRefused(client, meaning.seq, now);
        break;
      case 'authenticated':
        this.#machine.onReady(client, now);
        break;
      case 'expiring':
        this.#machine.onNotice(client, meaning.told, now);
        break;
      case 'auth-refused':
        this.#see('end', client, NETWORK.authRefused, data);
        this.hangUp(client);
        this.#machine.onClosed(client, NETWORK.authRefused, null, now);
        break;
      case 'other':
        this.#see('frame', client, NETWORK.other, data);
        return;
    }
    this.#parts.nudge();
  }

  closed(): void {
    this.#sockets -= 1;
    if (this.#sockets === 0) this.#allClosed();
  }

  /** Once every client has hung up: waits until their sockets are gone, so that each server sees its close frame. */
  async close(): Promise<void> {
    this.#cap.stop();
    await this.#tokens.close();
    if (this.#sockets > 0) await new Promise<void>((resolve) => (this.#allClosed = resolve));
  }

  #open(client: number): void {
    const { gateways, carrier, credentials, numberOf } = this.#parts;
    const number = numberOf(client);
    const gateway = gateways.next(client, number);
    this.#sockets += 1;
    this.#connections[client] = new Connection(client, gateway, carrier, credentials.access[client]!, this, number);
  }

  #see(kind: Sighting['kind'], client: number, signal: Signal, said: Buffer | string): void {
    const { sightings, credentials } = this.#parts;
    // What was said to a client most likely quotes its own tokens: they are looked for first.
    sightings.note(kind, signal, said, () => [
      credentials.access[client] ?? '',
      credentials.refresh[client] ?? '',
      ...credentials.access,
      ...credentials.refresh,
    ]);
  }

  /** Notes what was issued. An endpoint may hand out again what the client has already. */
  #record(client: number, answer: NextToken): void {
    if (!answer.ok) return;
    const { access, refresh } = answer;
    const { record, credentials, numberOf } = this.#parts;
    if (access !== credentials.access[client]) record?.note(numberOf(client), 'access', access);
    if (refresh !== null && refresh !== credentials.refresh[client]) record?.note(numberOf(client), 'refresh', refresh);
  }

  /** A date in a header is read by the client's own clock. */
  #retryAfter(client: number, retryAfter: string | null, now: MonoMs): number {
    if (retryAfter === null) return 0;
    return retryAfterMs(retryAfter, this.#parts.clock.wallAt(now) + this.#machine.clock.offsetMs(client, now));
  }

  async #request(client: number, abort: AbortController): Promise<void> {
    const { clock, credentials, ownRefreshTokens } = this.#parts;
    const first = ownRefreshTokens && !this.#asked.has(client);
    if (first) this.#asked.add(client);
    const answer = await this.#tokens.next(client, abort.signal);
    // One that came too late to be used was issued all the same.
    this.#record(client, answer);
    if (this.#requests[client] !== abort) return;
    this.#requests[client] = undefined;
    const now = clock.now();
    if (answer.ok) {
      credentials.access[client] = answer.access;
      if (answer.refresh !== null) credentials.refresh[client] = answer.refresh;
      const { issuedAt, expiresAt } = answer.validity;
      this.#machine.onToken(client, clock.monoAt(issuedAt), clock.monoAt(expiresAt), now);
    } else {
      const { signal, said } = answer;
      if (said !== undefined) {
        this.#see('token', client, signal, said);
        if (first && signal === NETWORK.invalidGrant) this.#refusedAtFirstUse += 1;
      }
      this.#machine.onTokenFailed(client, answer.signal, now, this.#retryAfter(client, answer.retryAfter ?? null, now));
    }
    this.#parts.nudge();
  }
}
