import { numberOf, slotOf } from '../core/client/context.ts';
import { STATE } from '../core/client/states.ts';
import type { Advice } from '../core/policy/advice.ts';
import { adviceIn } from '../core/policy/parse-advice.ts';
import { CLOSE, type CloseNotice } from '../core/server/closes.ts';
import { expiryStepAt, noticeIsNext } from '../core/server/expiry.ts';
import { isStatus, NETWORK, type Signal } from '../core/signal.ts';
import type { MonoMs } from '../core/time/instant.ts';
import type { ModelCommands } from './commands.ts';
import { mayChange } from './gateway-behaviour.ts';
import type { ModelFaults } from './faults.ts';
import { Handshakes } from './handshakes.ts';
import { LINK, MODEL_ALARM, SESSION, SPOILT, TOLD } from './links.ts';
import { Processes } from './processes.ts';
import { Sessions, type Fate } from './sessions.ts';
import { Delivery } from './delivery.ts';
import type { World } from './world.ts';

/** By so much may an instant that was computed by a clock that drifts be off, in milliseconds. */
const CLOCK_ERROR_MS = 1e-6;

/**
 * The gateways: who is let in when, and who is shown out. What they say takes a trip to be heard. Those that give up
 * in line keep their place in it, as at a server that does not look whether anybody still waits.
 */
export class Gateways {
  readonly processes: Processes;
  readonly sessions: Sessions;
  readonly handshakes: Handshakes;
  readonly #delivery: Delivery;
  readonly #world: World;
  readonly #commands: ModelCommands;
  readonly #faults: ModelFaults;
  /** something may happen to a handshake in line */
  readonly #surprises: boolean;

  constructor(world: World, commands: ModelCommands, faults: ModelFaults) {
    const { model, durationMs } = world.scenario;
    this.#world = world;
    this.#commands = commands;
    this.#faults = faults;
    this.#surprises = mayChange('handshakes', world.scenario);
    this.#delivery = new Delivery(world);
    this.processes = new Processes(model, durationMs);
    this.sessions = new Sessions(world);
    const { processes, sessions } = this;
    this.handshakes = new Handshakes(world, { processes, sessions, delivery: this.#delivery, faults });
  }

  /** The client is gone, in whatever stage the connection was. */
  hangUp(client: number, now: MonoMs): void {
    const { links, context } = this.#world;
    const link = links.link[client];
    if (link === LINK.accepted || link === LINK.refused || link === LINK.waiting) {
      const dueAt = context.queue.dueAt(slotOf(client, MODEL_ALARM.wire));
      const doneAt = link === LINK.waiting ? dueAt : dueAt - links.latencyMs[client]!;
      if (doneAt > now) this.processes.wastedWork(links.gateway[client]!, doneAt);
    }
    if (link === LINK.accepted || link === LINK.waiting || this.isOpen(client)) this.#leave(client);
    context.queue.clear(slotOf(client, MODEL_ALARM.wire));
    this.#end(client);
    this.#commands.hangUp(this.#world, client, now);
    this.#delivery.mend(client);
  }

  /** The client presents the token in hand in a message; the answer comes after a round trip. */
  authenticate(client: number, now: MonoMs): void {
    const { links } = this.#world;
    if (!this.isOpen(client) || this.#delivery.isSpoilt(client, SPOILT.silent)) return;
    this.sessions.present(client);
    links.link[client] = LINK.presenting;
    this.#delivery.set(client, now + links.latencyMs[client]!);
  }

  /** Ends a client's connection from the gateway's side, `told` being its advice; false when there is none. */
  close(client: number, signal: Signal, told: Advice | null, now: MonoMs): boolean {
    if (!this.isOpen(client)) return false;
    this.#leave(client);
    this.#end(client);
    this.#commands.close(this.#world, client, now);
    this.#delivery.tellEnd(client, signal, told, now);
    return true;
  }

  /** The same of a gateway's own accord: it says why if it ever does. */
  conclude(client: number, { code, advice }: CloseNotice, now: MonoMs): boolean {
    const guided = this.#world.behaviour.closes === 'guided';
    return this.close(client, guided ? code : NETWORK.reset, guided ? advice : null, now);
  }

  /** The gateway has heard that the client's session is over. A device that logged out itself is told in any case. */
  endSession(client: number, byItself: boolean, now: MonoMs): void {
    if (this.sessions.is(client, SESSION.nobody | SESSION.otherSubject)) return;
    if (byItself) this.close(client, CLOSE.loggedOut.code, CLOSE.loggedOut.advice, now);
    else this.conclude(client, CLOSE.sessionRevoked, now);
  }

  /** The gateway process has died: connections and requests are reset, in whatever stage they are. */
  breakOff(client: number, now: MonoMs): void {
    const { links, context } = this.#world;
    if (this.close(client, NETWORK.reset, null, now)) return;
    const link = links.link[client];
    if (link === LINK.accepted || link === LINK.waiting) this.#leave(client);
    else if (link === LINK.refused) {
      const answeredAt = context.queue.dueAt(slotOf(client, MODEL_ALARM.wire)) - links.latencyMs[client]!;
      if (answeredAt <= now) return;
    } else if (link !== LINK.asking) return;
    this.#faults.handshakes.settle(client, 'down');
    this.#end(client);
    this.#delivery.tellEnd(client, NETWORK.reset, null, now);
  }

  /** A fault closes a connection that it accepted. If the accept is still in flight, it waits until the client has received it. */
  closeAccepted(client: number, now: MonoMs): void {
    const { links, context } = this.#world;
    const { handshakes, acceptThenClose } = this.#faults;
    if (links.link[client] === LINK.accepted) {
      return acceptThenClose.set(client, context.queue.dueAt(slotOf(client, MODEL_ALARM.wire)));
    }
    const occurrence = handshakes.pending(client);
    if (occurrence?.fault.mode.kind !== 'accept-then-close' || !this.isOpen(client)) return;
    const { code, reason } = occurrence.fault.mode;
    handshakes.settle(client, null);
    this.close(client, code, adviceIn(reason), now);
  }

  /** The gateways' clocks have been set: what goes by them is due at another time. */
  replan(now: MonoMs): void {
    const { links } = this.#world;
    for (let client = 0; client < links.link.length; client++) {
      const link = links.link[client];
      if (link === LINK.open || link === LINK.presenting) this.#watchExpiry(client, now);
    }
  }

  isOpen(client: number): boolean {
    const link = this.#world.links.link[client]!;
    return link >= LINK.open && link <= LINK.acknowledged;
  }

  /** What travelled on the client's connection has arrived. */
  arrive(client: number, now: MonoMs): void {
    const { links, context, machine } = this.#world;
    if (this.#delivery.holdsBack(client, now)) {
      // It goes on for the gateway, though the client has not heard so.
      if (links.link[client] === LINK.open) this.#watchExpiry(client, now);
      return;
    }
    switch (links.link[client]) {
      case LINK.asking:
        return this.handshakes.arrive(client, now);
      case LINK.waiting:
        return this.handshakes.answer(client, now);
      case LINK.accepted:
        links.link[client] = LINK.open;
        links.expiresAt[client] = context.columns.presentedExpiresAt[client]!;
        if (this.#world.behaviour.reauthentication === 'ignored')
          links.newestExpiresAt[client] = links.expiresAt[client]!;
        this.#watchExpiry(client, now);
        machine.onOpen(client, now);
        // It may have ended while the word that it has begun was on its way.
        if (this.#surprises && this.isOpen(client) && this.sessions.isOver(client)) this.endSession(client, false, now);
        return;
      case LINK.presenting:
        return this.#judge(client, now);
      case LINK.acknowledged:
        links.link[client] = LINK.open;
        this.#watchExpiry(client, now);
        return machine.onReady(client, now);
      default:
        return this.#over(client, now);
    }
  }

  /** The client hears that its token is about to run out, or the token has. */
  expire(client: number, now: MonoMs): void {
    const { links, authority, behaviour, machine } = this.#world;
    const expiresAt = links.expiresAt[client]!;
    if (authority.clocks.gateway.at(now) >= expiresAt - CLOCK_ERROR_MS)
      return void this.conclude(client, CLOSE.tokenExpired, now);
    const isNotice = noticeIsNext(behaviour.onExpiry, this.sessions.is(client, SESSION.warned));
    if (isNotice) this.sessions.warned(client);
    this.#watchExpiry(client, now);
    const cutOff = this.#delivery.isSpoilt(client, SPOILT.silent) || this.#delivery.isSpoilt(client, SPOILT.stalled);
    if (isNotice && !cutOff) machine.onNotice(client, 'refresh', now);
  }

  /** A command has reached the gateway: it may be the end of the connection. */
  fate(client: number, now: MonoMs): Fate {
    const fate = this.sessions.fate(client);
    if (fate === 'closes') this.conclude(client, CLOSE.unauthenticated, now);
    return fate;
  }

  /** The fault between the client and its gateway is over; `occurrence` is its index. What it hid is told. */
  restore(client: number, occurrence: number, now: MonoMs): void {
    const { links, context, modelDraws } = this.#world;
    if (links.spoiltBy[client] !== occurrence + 1) return;
    const slowed = links.spoilt[client] === SPOILT.slowed;
    if (slowed) {
      const latencyMs = modelDraws.latencyMs(numberOf(context, client), context.columns.attempts[client]!);
      links.latencyMs[client] = latencyMs;
    }
    this.#delivery.mend(client);
    if (links.link[client] === LINK.unheard) return this.#delivery.tellEnd(client, NETWORK.reset, null, now, 0);
    if (slowed) this.#commands.arrive(this.#world, client, now);
  }

  /** A token has reached the gateway in a message. A client that is refused hangs up. */
  #judge(client: number, now: MonoMs): void {
    const { links, context, machine, behaviour } = this.#world;
    const { sessions } = this;
    const { expiresAt, presentedExpiresAt } = context.columns;
    const wasNobody = sessions.is(client, SESSION.nobody);
    // Verification takes a moment: what came along with the token is read before it is over.
    if (wasNobody && context.queue.dueAt(slotOf(client, MODEL_ALARM.command)) <= now) {
      this.#commands.arrive(this.#world, client, now);
      if (!this.isOpen(client)) return;
    }
    // The second of two comes while the first is being verified.
    if (this.#delivery.isSpoilt(client, SPOILT.doubled)) return void this.conclude(client, CLOSE.badFrame, now);
    // In band the token in hand is the one presented, since a newer one would have been presented anew; what the
    // client has noted down as presented is then still the one before.
    const isFirst = machine.state(client) === STATE.authenticating;
    const presented = (isFirst ? presentedExpiresAt : expiresAt)[client]!;
    if (!sessions.trusts(client, presented, now)) {
      if (!wasNobody || behaviour.badToken === 'refused')
        return void this.close(client, NETWORK.authRefused, null, now);
      if (!sessions.is(client, SESSION.anonymous)) sessions.admitAnonymous(client);
      return this.#acknowledge(client, now);
    }
    if (!wasNobody && sessions.changesSubject(client)) return void this.conclude(client, CLOSE.subjectChanged, now);
    if (sessions.isOver(client)) return void this.conclude(client, CLOSE.sessionRevoked, now);
    const ignored = behaviour.reauthentication === 'ignored';
    if (ignored) links.newestExpiresAt[client] = presented;
    if (wasNobody || !ignored) {
      sessions.admit(client);
      links.expiresAt[client] = presented;
      context.queue.clear(slotOf(client, MODEL_ALARM.expiry));
    }
    this.#acknowledge(client, now);
  }

  #acknowledge(client: number, now: MonoMs): void {
    this.#world.links.link[client] = LINK.acknowledged;
    this.#delivery.set(client, now + this.#world.links.latencyMs[client]!);
  }

  #over(client: number, now: MonoMs): void {
    const { links, machine } = this.#world;
    const signal = links.signal[client]!;
    // What was held back comes before the end.
    if (this.#delivery.isSpoilt(client, SPOILT.stalled)) this.#commands.arrive(this.#world, client, now);
    this.#end(client);
    this.#commands.forget(this.#world, client);
    this.#delivery.mend(client);
    machine.onClosed(client, signal, TOLD[links.told[client]!] ?? null, now, this.#retryAfterMs(client, signal));
  }

  /** For how long a refused client was asked not to try again; that is said with an HTTP status, if at all. */
  #retryAfterMs(client: number, signal: Signal): number {
    return isStatus(signal) ? this.#world.links.retryAfterMs[client]! : 0;
  }

  /** The client has heard that it is let in; what it hears of its token's end comes after that. */
  #watchExpiry(client: number, now: MonoMs): void {
    const { links, context, behaviour, authority } = this.#world;
    const { onExpiry } = behaviour;
    if (onExpiry.kind === 'ignore' || this.sessions.is(client, SESSION.nobody)) return;
    const expiresAt = links.expiresAt[client]!;
    const clock = authority.clocks.gateway;
    const endsAt = clock.whenItShows(expiresAt, now);
    const warned = this.sessions.is(client, SESSION.warned);
    const heardAt = noticeIsNext(onExpiry, warned)
      ? clock.whenItShows(expiryStepAt(onExpiry, expiresAt, warned), now) + links.latencyMs[client]!
      : Infinity;
    context.queue.set(slotOf(client, MODEL_ALARM.expiry), Math.max(now, Math.min(heardAt, endsAt)));
  }

  /** The gateway has no connection of this client any more. */
  #end(client: number): void {
    const { links, context } = this.#world;
    links.link[client] = LINK.none;
    context.queue.clear(slotOf(client, MODEL_ALARM.expiry));
    if (!this.#surprises) return;
    this.#faults.acceptThenClose.clear(client);
    this.#faults.handshakes.settle(client, 'not-connected');
  }

  /** It takes no place at its gateway any more. */
  #leave(client: number): void {
    this.processes.open[this.#world.links.gateway[client]!]! -= 1;
  }
}
