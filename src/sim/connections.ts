/**
 * The transition table of a client's connection in the model, with gateway and network faults. Rows are events, columns
 * are states; a cell names the next state, with actions in brackets. An event in a cell with `!` cannot happen and throws;
 * `-` does nothing.
 *
 *                none          requesting   asking     waiting    accepted   refused      open        presenting    acknowledged    joining          parting          closing      unheard
 * dial           1             !            !          !          !          !            !           !             !               !                !                !            !
 * arrive         !             10           2          3          open       none         !           4             open 11         open 12          open             none         !
 *                                                                 [onOpen]   [onClosed]                                                              [onChannelLost]  [onClosed]
 * hangUp         none          none         none       none [5 w] none [5 w] none [w]     none [5]    none [5]      none [5]        none [5]         none [5]         none         none
 * authenticate   -             -            -          -          -          -            presenting  presenting    presenting      presenting       -                -            -
 * join           -             -            -          -          -          -            joining     joining       joining         -                joining          -            -
 * expire         !             !            !          !          !          !            6           6             6               6                6                !            !
 * close          -             -            -          -          -          -            7 [5]       7 [5]         7 [5]           7 [5]            7 [5]            -            -
 * closeAccepted  -             -            -          -          8          -            7 [5]       7 [5]         7 [5]           7 [5]            7 [5]            -            -
 * breakOff       -             -            closing    closing [5] closing [5] 9            7 [5]       7 [5]         7 [5]           7 [5]            7 [5]            -            -
 * restore        -             -            -          -          -          -            -           -             -               -                -                -            closing
 *
 * 1   asking, or requesting where requests to another service come first; closing if the gateway is down; none if the network loses the request
 * 2   refused or closing if a fault or a lack of room refuses it; else waiting, or 3 at once if nothing can happen before
 *     its turn [takes a place]
 * 3   accepted; refused if its token is bad or its session over [5]
 * 4   acknowledged; 7 [5] if the gateway refuses the token or another rule ends the connection
 * 5   frees the place at the gateway
 * 6   if the token has expired: 7 [5], or parting if the protocol ends the channel alone; else the notice [onNotice]
 * 7   closing; unheard if the network is silent
 * 8   repeats the event when the accept has reached the client
 * 9   closing, unless the answer is already on its way
 * 10  requesting, as the service's answer or its next request follows; 1 after the last answer; closing if the service refuses
 * 11  [onReady], or [onAuthenticated] where channels are joined next
 * 12  joining, as the gateway's answer or the next join follows; after the last answer [onReady]; [onJoinRefused] if the gateway refuses
 * w   counts the gateway's remaining work as wasted
 *
 * `handshakes.ts` has the transitions up to accepted and refused, `delivery.ts` the impairments: a silent network loses
 * what arrives at the client, a stalled one delays it. Only open or later connections are impaired.
 */
import { numberOf, slotOf } from '../core/client/context.ts';
import { STATE } from '../core/client/states.ts';
import type { FaultedConnections } from '../core/fault/connection-faults.ts';
import type { DropMode } from '../core/fault/drop.ts';
import type { Miss } from '../core/fault/fault.ts';
import type { Advice } from '../core/policy/advice.ts';
import { adviceIn } from '../core/policy/parse-advice.ts';
import type { ServerEnds, SessionEnd } from '../core/protocol/server-ends.ts';
import { CLOSE, type CloseNotice } from '../core/server/closes.ts';
import { isStatus, NETWORK, type Signal } from '../core/signal.ts';
import type { MonoMs } from '../core/time/instant.ts';
import { protocolShape } from '../scenario/protocol-use.ts';
import type { AcceptThenClose } from './accept-then-close.ts';
import { ADVICE, CONNECTION, IMPAIRMENT, isOpen, MODEL_ALARM, SESSION } from './columns.ts';
import type { Commands } from './commands.ts';
import { Delivery } from './delivery.ts';
import { ExpiryWatch } from './expiry-watch.ts';
import { mayChange } from './gateway-behaviour.ts';
import { Handshakes } from './handshakes.ts';
import { Joins } from './joins.ts';
import type { Outlook } from './outlook.ts';
import type { Processes } from './processes.ts';
import { Pings } from './pings.ts';
import type { PendingFaults } from './pending-faults.ts';
import type { RequestLine } from './request-line.ts';
import type { Sessions } from './sessions.ts';
import type { World } from './world.ts';

/** The state of the gateways, in which connections begin and end. */
export interface Gateways {
  readonly processes: Processes;
  readonly sessions: Sessions;
}

export interface ConnectionParts {
  readonly world: World;
  readonly gateways: Gateways;
  readonly commands: Commands;
  readonly requestFaults: PendingFaults<'handshake'>;
  readonly acceptThenClose: AcceptThenClose;
  readonly outlook: Outlook;
}

/** The connections of all clients. What a gateway sends reaches its client a trip later. */
export class Connections implements FaultedConnections {
  readonly pings: Pings;
  readonly #parts: ConnectionParts;
  readonly #world: World;
  readonly #sessions: Sessions;
  readonly #handshakes: Handshakes;
  readonly #delivery: Delivery;
  readonly #expiry: ExpiryWatch;
  readonly #ends: ServerEnds;
  readonly #joins: Joins;
  /** round trips from the open socket until the token is accepted */
  readonly #trips: number;
  /** whether something may happen to a handshake in line */
  readonly #surprises: boolean;

  constructor(parts: ConnectionParts) {
    const { world, gateways, outlook } = parts;
    this.#parts = parts;
    this.#world = world;
    this.#sessions = gateways.sessions;
    this.#surprises = mayChange('handshakes', world.scenario);
    const { ends, authenticationTrips } = protocolShape(world.scenario);
    this.#ends = ends;
    this.#trips = authenticationTrips ?? 1;
    this.pings = new Pings(world);
    this.#delivery = new Delivery(world, outlook);
    this.#expiry = new ExpiryWatch(world, gateways.sessions);
    this.#joins = new Joins(world, gateways.sessions, this.#delivery, this.#expiry);
    this.#handshakes = new Handshakes(parts, this.#delivery);
  }

  /** Requests under way to the gateways; null: in no order. */
  get requests(): RequestLine | null {
    return this.#handshakes.requests;
  }

  /** Returns whether the connection is open at the gateway. */
  isOpen(client: number): boolean {
    return isOpen(this.#world.columns, client);
  }

  dial(client: number, now: MonoMs): void {
    if (this.#world.columns.connection.at(client) !== CONNECTION.none) throw this.#impossible('dial', client);
    this.#handshakes.dial(client, now);
  }

  /** Ends the connection or attempt by its client, in any state. */
  hangUp(client: number, now: MonoMs): void {
    const { columns, context } = this.#world;
    const connection = columns.connection.at(client);
    const inLine = connection === CONNECTION.accepted || connection === CONNECTION.waiting;
    if (inLine || connection === CONNECTION.refused) {
      const dueAt = context.queue.dueAt(slotOf(client, MODEL_ALARM.wire));
      const doneAt = connection === CONNECTION.waiting ? dueAt : dueAt - columns.latencyMs.at(client);
      if (doneAt > now) this.#parts.gateways.processes.wastedWork(columns.gateway[client]!, doneAt);
    }
    if (inLine || this.isOpen(client)) this.#freePlace(client);
    if (connection === CONNECTION.requesting) this.#handshakes.abandonRequest();
    context.queue.clear(slotOf(client, MODEL_ALARM.wire));
    this.#end(client);
    this.#parts.commands.hangUp(client, now);
    this.#delivery.mend(client);
  }

  /** Sends the client's token in a message; the answer arrives after a round trip. */
  authenticate(client: number, now: MonoMs): void {
    const { columns } = this.#world;
    if (!this.isOpen(client) || this.#delivery.isImpaired(client, IMPAIRMENT.silent)) return;
    // The end of the channel is on its way to the client, whatever it presents.
    if (columns.connection.at(client) === CONNECTION.parting) return;
    this.#sessions.present(client);
    columns.connection.set(client, CONNECTION.presenting);
    const legs = this.#isFirst(client) ? Math.max(0, 2 * this.#trips - 1) : 1;
    this.#delivery.set(client, now + legs * columns.latencyMs.at(client));
  }

  /** Sends the joins of a client's channels; their answers arrive after round trips. */
  join(client: number, now: MonoMs): void {
    if (this.isOpen(client)) this.#joins.begin(client, now);
  }

  /** Sends a client's command. */
  send(client: number, seq: number, now: MonoMs): void {
    if (this.isOpen(client)) this.#parts.commands.send(client, seq, now);
  }

  /** Handles the arrival of what travelled on the connection, or a handshake's turn. */
  arrive(client: number, now: MonoMs): void {
    const { columns } = this.#world;
    if (this.#delivery.holdsBack(client, now)) {
      // The connection is open for the gateway, although the client does not know it yet.
      if (columns.connection.at(client) === CONNECTION.open) this.#expiry.watch(client, now);
      return;
    }
    switch (columns.connection.at(client)) {
      case CONNECTION.requesting:
        return this.#handshakes.requestArrived(client, now);
      case CONNECTION.asking:
        return this.#handshakes.arrive(client, now);
      case CONNECTION.waiting:
        return this.#handshakes.answer(client, now);
      case CONNECTION.accepted:
        return this.#open(client, now);
      case CONNECTION.presenting:
        return this.#verify(client, now);
      case CONNECTION.acknowledged:
        return this.#acknowledged(client, now);
      case CONNECTION.joining:
        return this.#joins.arrive(client, now);
      case CONNECTION.parting:
        return this.#joins.parted(client, now);
      case CONNECTION.refused:
      case CONNECTION.closing:
        return this.#over(client, now);
      default:
        throw this.#impossible('arrive', client);
    }
  }

  /** Sends the notice of the token's expiry, or closes the connection when the token has expired. */
  expire(client: number, now: MonoMs): void {
    if (!this.isOpen(client)) throw this.#impossible('expire', client);
    if (this.#expiry.isOver(client, now)) return this.#endBy(client, this.#ends.expiry, CLOSE.tokenExpired, now);
    const isNotice = this.#expiry.ring(client, now);
    const cutOff =
      this.#delivery.isImpaired(client, IMPAIRMENT.silent) || this.#delivery.isImpaired(client, IMPAIRMENT.stalled);
    if (isNotice && !cutOff) this.#world.machine.onNotice(client, 'refresh', now);
  }

  /** Handles arrived commands, which may end the connection, and arrived answers. */
  exchange(client: number, now: MonoMs): void {
    const { commands } = this.#parts;
    if (commands.land(client, now)) this.conclude(client, CLOSE.unauthenticated, now);
    commands.answer(client, now);
  }

  /** Ends an open connection from the gateway's side, with the server's advice; false: it is not open. */
  close(client: number, signal: Signal, advice: Advice | null, now: MonoMs): boolean {
    if (!this.isOpen(client)) return false;
    this.#freePlace(client);
    this.#end(client);
    this.#parts.commands.close(client, now);
    this.#delivery.sendEnd(client, signal, advice, now);
    return true;
  }

  readySince(client: number): number {
    return this.#sessions.isReady(client) ? this.#world.machine.readySince(client) : Infinity;
  }

  drop(client: number, mode: DropMode, now: MonoMs): Miss | null {
    const signal = mode.kind === 'reset' ? NETWORK.reset : mode.kind === 'garbage' ? NETWORK.badFrame : mode.code;
    const advice = mode.kind === 'close' ? adviceIn(mode.reason) : null;
    return this.#sessions.isReady(client) && this.close(client, signal, advice, now) ? null : 'not-connected';
  }

  /** Closes the connection by the gateway's decision, with the notice unless `closes` is `bare`. */
  conclude(client: number, { code, advice }: CloseNotice, now: MonoMs): boolean {
    const guided = this.#world.behaviour.closes === 'guided';
    return this.close(client, guided ? code : NETWORK.reset, guided ? advice : null, now);
  }

  /** Closes a connection whose session the gateway knows to be over, always with a code if the device logged out. */
  endSession(client: number, byItself: boolean, now: MonoMs): void {
    if (this.#sessions.is(client, SESSION.unauthenticated | SESSION.otherSubject)) return;
    if (byItself) this.close(client, CLOSE.loggedOut.code, CLOSE.loggedOut.advice, now);
    else this.conclude(client, CLOSE.sessionRevoked, now);
  }

  /** Resets the client's connection or request when its gateway process dies. */
  breakOff(client: number, now: MonoMs): void {
    const { columns, context } = this.#world;
    if (this.close(client, NETWORK.reset, null, now)) return;
    const connection = columns.connection.at(client);
    if (connection === CONNECTION.accepted || connection === CONNECTION.waiting) this.#freePlace(client);
    else if (connection === CONNECTION.refused) {
      const answeredAt = context.queue.dueAt(slotOf(client, MODEL_ALARM.wire)) - columns.latencyMs.at(client);
      if (answeredAt <= now) return;
    } else if (connection === CONNECTION.asking) this.#handshakes.enterTimeOut(client);
    else return;
    this.#parts.requestFaults.settle(client, 'down');
    this.#end(client);
    this.#delivery.sendEnd(client, NETWORK.reset, null, now);
  }

  /** Closes an accepted connection for a fault, once the client has received the accept. */
  closeAccepted(client: number, now: MonoMs): void {
    const { columns, context } = this.#world;
    const { requestFaults, acceptThenClose } = this.#parts;
    if (columns.connection.at(client) === CONNECTION.accepted) {
      return acceptThenClose.set(client, context.queue.dueAt(slotOf(client, MODEL_ALARM.wire)));
    }
    const occurrence = requestFaults.pending(client);
    if (occurrence?.fault.mode.kind !== 'accept-then-close' || !this.isOpen(client)) return;
    const { code, reason } = occurrence.fault.mode;
    requestFaults.settle(client, null);
    this.close(client, code, adviceIn(reason), now);
  }

  /** Plans all expiries again after a change of the gateways' clocks. */
  replan(now: MonoMs): void {
    const { columns, context } = this.#world;
    for (let client = 0; client < context.planned; client++) {
      const state = columns.connection.at(client);
      const isWatched = state === CONNECTION.open || state === CONNECTION.presenting || state === CONNECTION.joining;
      if (isWatched) this.#expiry.watch(client, now);
    }
  }

  /** Multiplies the remaining service times in a gateway's line by `factor`. */
  stretch(gateway: number, factor: number, now: MonoMs): void {
    this.#handshakes.stretch(gateway, factor, now);
  }

  /** Ends the network fault of occurrence index `occurrence` for a client, and delivers what it hid. */
  restore(client: number, occurrence: number, now: MonoMs): void {
    const { columns, context, modelDraws } = this.#world;
    if (columns.impairedBy[client] !== occurrence + 1) return;
    const slowed = columns.impairment[client] === IMPAIRMENT.slowed;
    const stalled = columns.impairment[client] === IMPAIRMENT.stalled;
    if (slowed) {
      const latencyMs = modelDraws.latencyMs(numberOf(context, client), context.columns.attempts.at(client));
      columns.latencyMs.set(client, latencyMs);
    }
    this.#delivery.mend(client);
    columns.impairedUntil[client] = now;
    if (stalled) this.pings.hearDelayed(client, now);
    if (columns.connection.at(client) === CONNECTION.unheard) {
      const advice = ADVICE[columns.advice.at(client)] ?? null;
      return this.#delivery.sendEnd(client, columns.signal.at(client), advice, now, 0);
    }
    if (slowed) this.exchange(client, now);
  }

  /** Delivers the accept to the client. */
  #open(client: number, now: MonoMs): void {
    const { columns, context, machine, behaviour } = this.#world;
    columns.connection.set(client, CONNECTION.open);
    columns.expiresAt[client] = context.columns.presentedExpiresAt.at(client);
    if (behaviour.reauthentication === 'ignored') columns.newestExpiresAt[client] = columns.expiresAt[client]!;
    this.#expiry.watch(client, now);
    machine.onOpen(client, now);
    // The session may have ended while the accept was in flight.
    if (this.#surprises && this.isOpen(client) && this.#sessions.isOver(client)) this.endSession(client, false, now);
  }

  /** Verifies a token that reached the gateway in a message; a refused client hangs up. */
  #verify(client: number, now: MonoMs): void {
    const { context } = this.#world;
    // Verification takes a moment, so what arrives with the first token is read before it.
    const isFirst = this.#sessions.is(client, SESSION.unauthenticated);
    if (isFirst && context.queue.dueAt(slotOf(client, MODEL_ALARM.command)) <= now) {
      this.exchange(client, now);
      if (!this.isOpen(client)) return;
    }
    // The doubled token arrives while the first is being verified.
    if (this.#delivery.isImpaired(client, IMPAIRMENT.doubled)) return void this.conclude(client, CLOSE.badFrame, now);
    const verdict = this.#sessions.verify(client, this.#isFirst(client), now);
    if (verdict === 'accepted') return this.#acknowledge(client, now);
    if (verdict === 'refused') this.#refuse(client, now);
    else this.conclude(client, verdict, now);
  }

  /** Refuses the token that the client has presented in a message. */
  #refuse(client: number, now: MonoMs): void {
    const isFirst = this.#isFirst(client);
    if (isFirst && this.#joins.present) return this.#acknowledge(client, now);
    this.#endBy(client, isFirst ? this.#ends.refusal : this.#ends.renewalRefusal, CLOSE.invalidToken, now);
  }

  /** Ends an open connection as the protocol has it; null: by a close of the gateway. */
  #endBy(client: number, end: SessionEnd | null, otherwise: CloseNotice, now: MonoMs): void {
    if (end === null) this.conclude(client, otherwise, now);
    else if (end.channel === true) this.#joins.endChannel(client, end, now);
    else this.close(client, end.signal, end.advice, now);
  }

  /** Whether the token that a client presents in a message is the connection's first. */
  #isFirst(client: number): boolean {
    return this.#world.machine.state(client) === STATE.authenticating;
  }

  #acknowledge(client: number, now: MonoMs): void {
    const { columns } = this.#world;
    columns.connection.set(client, CONNECTION.acknowledged);
    // A first message that accepts the token has come with the answer to the upgrade.
    const legs = this.#trips === 0 && this.#isFirst(client) ? 0 : 1;
    this.#delivery.set(client, now + legs * columns.latencyMs.at(client));
  }

  /** Delivers the acceptance of a token; after the first one channels may be joined. */
  #acknowledged(client: number, now: MonoMs): void {
    const { columns, machine } = this.#world;
    columns.connection.set(client, CONNECTION.open);
    this.#expiry.watch(client, now);
    if (this.#joins.follow && this.#isFirst(client)) machine.onAuthenticated(client, now);
    else machine.onReady(client, now);
  }

  /** Delivers the failure of the attempt or the end of the connection to the client. */
  #over(client: number, now: MonoMs): void {
    const { columns, machine } = this.#world;
    const signal = columns.signal.at(client);
    // Delayed answers arrive before the end.
    if (this.#delivery.isImpaired(client, IMPAIRMENT.stalled)) this.exchange(client, now);
    this.#end(client);
    this.#parts.commands.forget(client);
    this.#delivery.mend(client);
    // Only an HTTP status has a Retry-After.
    const retryAfterMs = isStatus(signal) ? columns.retryAfterMs[client]! : 0;
    machine.onClosed(client, signal, ADVICE[columns.advice.at(client)] ?? null, now, retryAfterMs);
  }

  /** Removes the client's connection. */
  #end(client: number): void {
    const { columns, context } = this.#world;
    this.#joins.abandon(client);
    columns.connection.set(client, CONNECTION.none);
    context.queue.clear(slotOf(client, MODEL_ALARM.expiry));
    if (!this.#surprises) return;
    this.#parts.acceptThenClose.clear(client);
    this.#parts.requestFaults.settle(client, 'not-connected');
  }

  #freePlace(client: number): void {
    this.#parts.gateways.processes.freePlace(this.#world.columns.gateway[client]!);
  }

  #impossible(event: string, client: number): Error {
    const state = Object.keys(CONNECTION)[this.#world.columns.connection.at(client)];
    return new Error(`the model has a connection that is ${state} and meets ${event}, which cannot happen`);
  }
}
