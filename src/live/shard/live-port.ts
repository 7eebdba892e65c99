import type { Machine } from '../../core/client/machine.ts';
import type { Port } from '../../core/client/port.ts';
import type { Advice } from '../../core/policy/advice.ts';
import { adviceIn } from '../../core/policy/parse-advice.ts';
import { NETWORK, type Signal } from '../../core/signal.ts';
import { mono, NEVER, type MonoMs } from '../../core/time/instant.ts';
import { isReady, STATE } from '../../core/client/states.ts';
import { type ClientView, type Codec, INBOUND, type Inbound, type Outgoing } from '../../protocols/codec.ts';
import { newInbound, resetInbound } from '../../protocols/inbound.ts';
import type { NoteSighting } from '../tokens/client-sightings.ts';
import type { ClientViews } from '../dial/client-views.ts';
import type { RunClock } from '../time/clock.ts';
import type { Credentials } from '../tokens/credentials.ts';
import type { DialEvents, Dialler, FrameEvents } from '../socket/dialler.ts';
import type { JoinRequests, Joinable } from '../dial/join-requests.ts';
import type { LateEvents } from '../time/late-events.ts';
import { retryAfterOf } from '../http/retry-after.ts';
import type { Sockets } from '../dial/sockets.ts';
import type { TokenClient } from '../tokens/token-client.ts';

export interface PortParts {
  /** composed dialler that ends at `sockets` */
  readonly dialler: Dialler;
  readonly sockets: Sockets;
  readonly tokenClient: TokenClient;
  /** null: the protocol has no request before a join */
  readonly joinRequests: JoinRequests | null;
  readonly codec: Codec;
  readonly views: ClientViews;
  readonly clock: RunClock;
  readonly credentials: Credentials;
  readonly noteSighting: NoteSighting;
  readonly late: LateEvents;
  /** called after each event, since alarms may have been set */
  readonly nudge: () => void;
}

/** The server's pings are heard as they come. */
const NO_PING = mono(0);
/** Most messages of one frame that are read; of a frame with more the connection is given up. */
const MAX_MESSAGES_PER_FRAME = 65_536;

/** Translates clients' requests into dials and frames, and what arrives into events of the machine. */
export class LivePort implements Port, DialEvents, FrameEvents {
  readonly #parts: PortParts;
  /** the message that is being handled */
  readonly #inbound = newInbound();
  #machine!: Machine;
  /** the first join of the client that is being handled, already written; null: none */
  #firstJoin: Outgoing | null = null;

  constructor(parts: PortParts) {
    this.#parts = parts;
    parts.dialler.reportTo(this);
    parts.sockets.deliverTo(this);
  }

  /** Sets the machine, which is made after the port. */
  attach(machine: Machine): void {
    this.#machine = machine;
    this.#parts.tokenClient.attach(machine);
  }

  dial(client: number): void {
    this.#parts.views.begin(client);
    this.#parts.dialler.dial(client);
  }

  hangUp(client: number): void {
    this.#parts.joinRequests?.giveUp(client);
    this.#parts.dialler.hangUp(client);
  }

  authenticate(client: number): void {
    const { codec, views, credentials } = this.#parts;
    const view = views.of(client);
    const token = credentials.access[client]!;
    if (this.#machine.state(client) !== STATE.authenticating) {
      this.#say(client, codec.renew(token, view));
      return this.#say(client, codec.confirmRenewal?.(view) ?? null);
    }
    view.holes.token = view.ticket ?? token;
    // A server that speaks first is answered when it has greeted.
    if (codec.shape.handshake === 'client-first') this.#present(client, view);
  }

  #present(client: number, view: ClientView): void {
    this.#say(client, this.#parts.codec.authenticate(view.holes.token ?? '', view));
  }

  #say(client: number, message: Outgoing | null): void {
    if (message !== null) this.#parts.sockets.connectionOf(client)?.send(message);
  }

  join(client: number): void {
    const { codec, views, credentials, joinRequests } = this.#parts;
    const view = views.of(client);
    view.step = view.joinsFrom;
    view.holes.token = codec.joinStep === undefined && view.ticket !== null ? view.ticket : credentials.access[client]!;
    if (joinRequests === null) this.#say(client, this.#firstJoin ?? codec.join(view));
    else joinRequests.begin(client, view, this.#joinable);
  }

  /** Joins after the request before it, or handles its failure as a refused join. */
  readonly #joinable: Joinable = (client, view, failure) => {
    const { codec, clock, nudge } = this.#parts;
    // The join may have timed out in the meantime.
    if (!this.#machine.awaitsJoin(client)) return;
    view.step = view.joinsFrom;
    if (failure === null) this.#say(client, codec.join(view));
    else this.#machine.onJoinRefused(client, failure.signal, failure.advice, clock.now());
    nudge();
  };

  send(client: number, seq: number, again: boolean): void {
    const { sockets, codec, views } = this.#parts;
    sockets.connectionOf(client)?.send(codec.command(views.of(client), seq, again));
  }

  ping(client: number): MonoMs {
    const { sockets, codec, views } = this.#parts;
    const connection = sockets.connectionOf(client);
    if (connection === undefined) return NEVER;
    const message = codec.ping(views.of(client));
    if (message === null) connection.ping();
    else connection.send(message);
    return NEVER;
  }

  lastPing(): MonoMs {
    return NO_PING;
  }

  requestToken(client: number, first: boolean): boolean {
    return this.#parts.tokenClient.request(client, first);
  }

  abandonToken(client: number): void {
    this.#parts.tokenClient.abandon(client);
  }

  opened(client: number): void {
    const now = this.#parts.clock.now();
    this.#parts.late.arrived(client, now);
    this.#machine.onOpen(client, now);
    this.#parts.nudge();
  }

  ended(client: number, signal: Signal, reason: Buffer, retryAfter: string | null, advice?: Advice | null): void {
    const { clock, nudge, late, joinRequests } = this.#parts;
    joinRequests?.giveUp(client);
    const now = clock.now();
    late.arrived(client, now);
    const retryAfterMs = retryAfterOf(this.#machine, clock, client, retryAfter, now);
    this.#machine.onClosed(client, signal, advice ?? adviceIn(reason.toString()), now, retryAfterMs);
    nudge();
  }

  heard(client: number): void {
    this.#machine.onHeard(client, this.#parts.clock.now());
  }

  message(client: number, data: Buffer, isBinary: boolean): void {
    this.#read(client, data, isBinary);
    // Alarms ring within the call, and must not come between the messages of a frame.
    this.#parts.nudge();
  }

  #read(client: number, data: Buffer, isBinary: boolean): void {
    const { codec, views, clock, sockets, late } = this.#parts;
    this.#machine.onMessage(client);
    const now = clock.now();
    late.arrived(client, now);
    const connection = sockets.connectionOf(client);
    const view = views.of(client);
    const into = this.#inbound;
    let from = 0;
    for (let count = 0; count < MAX_MESSAGES_PER_FRAME; count++) {
      resetInbound(into);
      const next = codec.decode(data, isBinary, view, into, from);
      this.#handle(client, into, from === 0 ? data : data.subarray(from, next), now);
      // A message may have ended the connection, and the client may have dialled again.
      if (next >= data.length || next <= from || sockets.connectionOf(client) !== connection) return;
      from = next;
    }
    // What follows may be the answer to a command, or a part of a message that goes on in the next frame.
    this.#parts.noteSighting('end', client, NETWORK.badFrame, 'more messages in one frame than squall reads');
    this.hangUp(client);
    this.#machine.onClosed(client, NETWORK.badFrame, null, now);
  }

  #handle(client: number, into: Inbound, data: Buffer, now: MonoMs): void {
    if (into.reply !== null) this.#say(client, into.reply);
    if (into.silenceMs > 0) this.#machine.onKeepAlive(client, into.silenceMs, now);
    switch (into.kind) {
      case INBOUND.ack:
        this.#machine.onAck(client, into.seq, now);
        break;
      case INBOUND.ackRecognised:
        this.#machine.onAckRecognised(client, into.seq, now);
        break;
      case INBOUND.other:
        return this.#unexpected(client, into, data);
      case INBOUND.known:
      case INBOUND.ping:
        return;
      case INBOUND.commandRefused:
        if (this.#machine.onRefused(client, into.seq, now) && into.advice !== null)
          this.#machine.onNotice(client, into.advice, now);
        break;
      case INBOUND.greeting:
        if (this.#machine.state(client) === STATE.authenticating) this.#present(client, this.#parts.views.of(client));
        return;
      case INBOUND.authenticated:
        if (into.pingEveryMs > 0) this.#machine.onPings(client, into.pingEveryMs, into.pingTimeoutMs);
        this.#authenticated(client, now);
        break;
      case INBOUND.joined:
        this.#join(client, now);
        break;
      case INBOUND.renewed:
        if (!isReady(this.#machine.state(client))) return this.#unexpected(client, into, data);
        this.#machine.onReady(client, now);
        break;
      case INBOUND.expiring:
        this.#machine.onNotice(client, into.advice ?? 'refresh', now);
        break;
      case INBOUND.refused:
      case INBOUND.closing:
        this.#parts.noteSighting('end', client, into.signal, into.remark ?? data);
        this.hangUp(client);
        this.#machine.onClosed(client, into.signal, into.advice, now);
        break;
      case INBOUND.joinRefused:
        this.#parts.noteSighting('end', client, into.signal, into.remark ?? data);
        this.#machine.onJoinRefused(client, into.signal, into.advice, now);
        break;
      case INBOUND.channelLost:
        this.#parts.noteSighting('end', client, into.signal, into.remark ?? data);
        this.#machine.onChannelLost(client, into.signal, into.advice, now);
        break;
    }
  }

  #unexpected(client: number, { remark }: Inbound, data: Buffer): void {
    this.#parts.noteSighting('frame', client, NETWORK.other, remark ?? data);
  }

  /** Handles an accepted token: the connection is ready, or its channels are joined. */
  #authenticated(client: number, now: MonoMs): void {
    const { codec, views } = this.#parts;
    if (codec.shape.joins === 0 || this.#machine.state(client) !== STATE.authenticating) return this.#join(client, now);
    const view = views.of(client);
    view.joinsFrom = view.step;
    // A join that needs a request first is written after it.
    if (codec.joinStep !== undefined) return this.#machine.onAuthenticated(client, now);
    this.#firstJoin = codec.join(view);
    if (this.#firstJoin === null) return this.#machine.onReady(client, now);
    const { step } = view;
    this.#machine.onAuthenticated(client, now);
    this.#firstJoin = null;
    view.step = step;
  }

  /** Goes on with the next step of the handshake; after the last one the connection is ready. */
  #join(client: number, now: MonoMs): void {
    const { codec, views } = this.#parts;
    const step = codec.join(views.of(client));
    if (step === null) this.#machine.onReady(client, now);
    else this.#say(client, step);
  }

  /** Resolves when nothing is open any more, after every client has hung up. */
  async close(): Promise<void> {
    const { dialler, tokenClient, joinRequests } = this.#parts;
    await Promise.all([dialler.close(), tokenClient.close(), joinRequests?.close()]);
  }
}
