import { numberOf, slotOf } from '../core/client/life.ts';
import { STATE } from '../core/client/states.ts';
import type { Advice } from '../core/policy/advice.ts';
import { adviceIn } from '../core/policy/told.ts';
import { timeMs } from '../core/random/time.ts';
import { furtherDraw } from '../core/fault/select.ts';
import { NETWORK, type Signal } from '../core/signal.ts';
import { mono, type MonoMs } from '../core/time/instant.ts';
import type { ModelCommands } from './commands.ts';
import { connectionsSuffer, handshakesMeetSurprises } from './conduct.ts';
import type { HandshakeStrike, ModelFaults } from './faults.ts';
import { LINK, MODEL_ALARM, SESSION, SPOILT, TOLD } from './links.ts';
import { Processes } from './processes.ts';
import { Sessions, type Fate } from './sessions.ts';
import type { World } from './world.ts';

/** The close codes of the embedded gateway, and its statuses. */
const UNAUTHENTICATED = 4401;
const FORBIDDEN_CLOSE = 4403;
const BAD_FRAME = 4400;
const UNAUTHORIZED = 401;
const FORBIDDEN = 403;
const UNAVAILABLE = 503;
/** One-way trips before a gateway has read the upgrade: SYN, SYN-ACK, then ACK with the request; */
const TRIPS_TO_ASK = 3;
/** and before a client hears that nobody listens: SYN, RST. */
const TRIPS_TO_REFUSE = 2;
/** By so much may an instant that was computed by a clock that drifts be off, in milliseconds. */
const CLOCK_ERROR_MS = 1e-6;

/**
 * The gateways: who is let in when, and who is shown out. What they say takes a trip to be heard. Those that give up
 * in line keep their place in it, as at a server that does not look whether anybody still waits.
 */
export class Gateways {
  readonly processes: Processes;
  readonly sessions: Sessions;
  readonly #world: World;
  readonly #commands: ModelCommands;
  readonly #faults: ModelFaults;
  /** something may happen to a handshake in line */
  readonly #surprises: boolean;
  /** something may happen to the network between a client and its gateway */
  readonly #suffers: boolean;
  readonly #connectionsPerGateway: number;

  constructor(world: World, commands: ModelCommands, faults: ModelFaults) {
    const { model, durationMs } = world.scenario;
    this.#world = world;
    this.#commands = commands;
    this.#faults = faults;
    this.#surprises = handshakesMeetSurprises(world.scenario);
    this.#suffers = connectionsSuffer(world.scenario);
    this.processes = new Processes(model, durationMs);
    this.sessions = new Sessions(world);
    this.#connectionsPerGateway = model.connectionsPerGateway;
  }

  /** A client dials: its request is on its way, unless the network loses it. */
  dial(client: number, now: MonoMs): void {
    const { links, chance, life } = this.#world;
    const attempt = life.fields.attempts[client]!;
    const number = numberOf(life, client);
    if (chance.loses(number, attempt)) return;
    const gateway = this.processes.choose(number + attempt - 1);
    if (this.processes.count > 1) links.gateway[client] = gateway;
    const latencyMs = Math.fround(chance.latencyMs(number, attempt));
    links.latencyMs[client] = latencyMs;
    this.sessions.present(client);
    if (!this.processes.isUp(gateway)) {
      return this.#hear(client, NETWORK.refused, null, mono(now + (TRIPS_TO_REFUSE - 1) * latencyMs));
    }
    links.link[client] = LINK.asking;
    this.#wire(client, now + TRIPS_TO_ASK * latencyMs);
  }

  /** The client is gone, in whatever stage the connection was. */
  hangUp(client: number, now: MonoMs): void {
    const { links, life } = this.#world;
    const link = links.link[client];
    if (link === LINK.accepted || link === LINK.refused || link === LINK.waiting) {
      const dueAt = life.queue.dueAt(slotOf(client, MODEL_ALARM.wire));
      const doneAt = link === LINK.waiting ? dueAt : dueAt - links.latencyMs[client]!;
      if (doneAt > now) this.processes.waste(links.gateway[client]!, doneAt);
    }
    if (link === LINK.accepted || link === LINK.waiting || this.isOpen(client)) this.#leave(client);
    life.queue.clear(slotOf(client, MODEL_ALARM.wire));
    this.#end(client);
    this.#commands.hangUp(this.#world, client, now);
    this.#mend(client);
  }

  /** The client presents the token in hand in a message; the answer comes after a round trip. */
  authenticate(client: number, now: MonoMs): void {
    const { links } = this.#world;
    if (!this.isOpen(client) || this.#isSpoilt(client, SPOILT.silent)) return;
    this.sessions.present(client);
    links.link[client] = LINK.presenting;
    this.#wire(client, now + links.latencyMs[client]!);
  }

  /** Ends a client's connection from the gateway's side, `told` being its advice; false when there is none. */
  close(client: number, signal: Signal, told: Advice | null, now: MonoMs): boolean {
    if (!this.isOpen(client)) return false;
    this.#leave(client);
    this.#end(client);
    this.#commands.close(this.#world, client, now);
    this.#hear(client, signal, told, now);
    return true;
  }

  /** The same of a gateway's own accord: it says why if it ever does. */
  conclude(client: number, code: Signal, told: Advice, now: MonoMs): boolean {
    const guided = this.#world.conduct.closes === 'guided';
    return this.close(client, guided ? code : NETWORK.reset, guided ? told : null, now);
  }

  /** The gateway has heard that the client's session is over. A device that logged out itself is told in any case. */
  endSession(client: number, byItself: boolean, now: MonoMs): void {
    if (this.sessions.is(client, SESSION.nobody | SESSION.otherSubject)) return;
    if (byItself) this.close(client, UNAUTHENTICATED, 'login', now);
    else this.conclude(client, FORBIDDEN_CLOSE, 'login', now);
  }

  /** The gateway process has died: connections and requests are reset, in whatever stage they are. */
  breakOff(client: number, now: MonoMs): void {
    const { links, life } = this.#world;
    if (this.close(client, NETWORK.reset, null, now)) return;
    const link = links.link[client];
    if (link === LINK.accepted || link === LINK.waiting) this.#leave(client);
    else if (link === LINK.refused) {
      const answeredAt = life.queue.dueAt(slotOf(client, MODEL_ALARM.wire)) - links.latencyMs[client]!;
      if (answeredAt <= now) return;
    } else if (link !== LINK.asking) return;
    this.#faults.handshakes.settle(client, 'down');
    this.#end(client);
    this.#hear(client, NETWORK.reset, null, now);
  }

  /** A fault shows out a client that it has let in. One that overtakes the word that it is in waits for it. */
  kick(client: number, now: MonoMs): void {
    const { links, life } = this.#world;
    const { handshakes, kicks } = this.#faults;
    if (links.link[client] === LINK.accepted) {
      return kicks.set(client, life.queue.dueAt(slotOf(client, MODEL_ALARM.wire)));
    }
    const strike = handshakes.pending(client);
    if (strike?.fault.mode.kind !== 'kick' || !this.isOpen(client)) return;
    const { code, reason } = strike.fault.mode;
    handshakes.settle(client, null);
    this.close(client, code, adviceIn(reason), now);
  }

  /** It takes `factor` times as long from now on until those in line have their turn. */
  stretch(gateway: number, factor: number, now: MonoMs): void {
    const { links, life } = this.#world;
    for (let client = 0; client < links.link.length; client++) {
      if (links.link[client] !== LINK.waiting || links.gateway[client] !== gateway) continue;
      this.#wire(client, now + (life.queue.dueAt(slotOf(client, MODEL_ALARM.wire)) - now) * factor);
    }
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
    const { links, life, machine } = this.#world;
    if (this.#suffers && this.#holdsBack(client, now)) return;
    switch (links.link[client]) {
      case LINK.asking:
        return this.#ask(client, now);
      case LINK.waiting:
        return this.#answer(client, now);
      case LINK.accepted:
        links.link[client] = LINK.open;
        links.expiresAt[client] = life.fields.presentedExpiresAt[client]!;
        if (this.#world.conduct.reauthentication === 'ignored')
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
    const { links, authority, conduct, machine } = this.#world;
    const expiresAt = links.expiresAt[client]!;
    if (authority.clocks.gateway.at(now) >= expiresAt - CLOCK_ERROR_MS)
      return void this.conclude(client, UNAUTHENTICATED, 'refresh', now);
    const isNotice = conduct.onExpiry.kind === 'notify' && !this.sessions.is(client, SESSION.warned);
    if (isNotice) this.sessions.warned(client);
    this.#watchExpiry(client, now);
    const cutOff = this.#isSpoilt(client, SPOILT.silent) || this.#isSpoilt(client, SPOILT.stalled);
    if (isNotice && !cutOff) machine.onNotice(client, 'refresh', now);
  }

  /** A command has reached the gateway: it may be the end of the connection. */
  fate(client: number, now: MonoMs): Fate {
    const fate = this.sessions.fate(client);
    if (fate === 'closes') this.conclude(client, UNAUTHENTICATED, 'retry', now);
    return fate;
  }

  /** The fault between the client and its gateway is over; `strike` is its index. What it hid is told. */
  restore(client: number, strike: number, now: MonoMs): void {
    const { links, life, chance } = this.#world;
    if (links.spoiltBy[client] !== strike + 1) return;
    const slowed = links.spoilt[client] === SPOILT.slowed;
    if (slowed) {
      const latencyMs = chance.latencyMs(numberOf(life, client), life.fields.attempts[client]!);
      links.latencyMs[client] = latencyMs;
    }
    this.#mend(client);
    if (links.link[client] === LINK.unheard) return this.#hear(client, NETWORK.reset, null, now, 0);
    if (slowed) this.#commands.arrive(this.#world, client, now);
  }

  #ask(client: number, now: MonoMs): void {
    const { links, chance } = this.#world;
    const gateway = links.gateway[client]!;
    const strike = this.#faults.handshakes.meet(client, now);
    if (strike !== null && this.#turnsAway(client, strike, now)) return;
    const doneAt =
      this.processes.open[gateway]! >= this.#connectionsPerGateway
        ? Infinity
        : this.processes.serve(gateway, now, chance.handshakeMs(gateway));
    if (doneAt === Infinity) {
      if (strike !== null) this.#faults.handshakes.settle(client, 'refused');
      return this.#refuse(client, UNAVAILABLE, now);
    }
    this.processes.open[gateway]! += 1;
    if (!this.#surprises) return this.#answer(client, doneAt);
    links.link[client] = LINK.waiting;
    this.#wire(client, doneAt);
  }

  /** A fault that a request meets on its arrival; false when it lets the request in, to act later. */
  #turnsAway(client: number, { fault, atMs }: HandshakeStrike, now: MonoMs): boolean {
    const { mode } = fault;
    switch (mode.kind) {
      case 'refuse':
        this.#hear(client, NETWORK.reset, null, now);
        break;
      case 'hang':
        this.#hear(client, NETWORK.reset, null, mono(atMs + fault.spreadMs + fault.forMs));
        break;
      case 'status':
        this.#hear(client, mode.status, null, now);
        break;
      default:
        return false;
    }
    this.#faults.handshakes.settle(client, null);
    return true;
  }

  /** A handshake's turn comes at `at`. The token is looked at then, not when the handshake got in line. */
  #answer(client: number, at: number): void {
    const { links, life, conduct } = this.#world;
    const trusted =
      life.behaviour.firstMessage || this.sessions.trusts(client, life.fields.presentedExpiresAt[client]!, at);
    if (!trusted && conduct.badToken === 'refused') return this.#turnDown(client, UNAUTHORIZED, at);
    if (trusted && !life.behaviour.firstMessage && this.sessions.isOver(client))
      return this.#turnDown(client, FORBIDDEN, at);
    if (life.behaviour.firstMessage) this.sessions.awaitToken(client);
    else if (trusted) this.sessions.admit(client);
    else this.sessions.admitAnonymous(client);
    links.link[client] = LINK.accepted;
    const saidAt = this.#surprises ? this.#spoiltAnswerAt(client, at) : at;
    this.#wire(client, saidAt + links.latencyMs[client]!);
  }

  #turnDown(client: number, status: Signal, at: number): void {
    this.#leave(client);
    if (this.#surprises) this.#faults.handshakes.settle(client, 'refused');
    this.#refuse(client, status, at);
  }

  /** When the client is told that it is in, for all that a fault does about it. */
  #spoiltAnswerAt(client: number, at: number): number {
    const { handshakes, kicks } = this.#faults;
    const strike = handshakes.pending(client);
    if (strike === null) return at;
    const { life } = this.#world;
    const { mode } = strike.fault;
    if (mode.kind === 'kick') kicks.set(client, at + mode.afterMs);
    if (mode.kind !== 'slow') return at;
    handshakes.settle(client, null);
    const u = furtherDraw(life.draws, strike, numberOf(life, client), life.fields.attempts[client]!);
    return at + timeMs(mode.delay, u);
  }

  #refuse(client: number, status: Signal, at: number): void {
    const { links } = this.#world;
    links.link[client] = LINK.refused;
    links.signal[client] = status;
    links.told[client] = 0;
    this.#wire(client, at + links.latencyMs[client]!);
  }

  /** A token has reached the gateway in a message. A client that is refused hangs up. */
  #judge(client: number, now: MonoMs): void {
    const { links, life, machine, conduct } = this.#world;
    const { sessions } = this;
    const { expiresAt, presentedExpiresAt } = life.fields;
    const wasNobody = sessions.is(client, SESSION.nobody);
    // Verification takes a moment: what came along with the token is read before it is over.
    if (wasNobody && life.queue.dueAt(slotOf(client, MODEL_ALARM.command)) <= now) {
      this.#commands.arrive(this.#world, client, now);
      if (!this.isOpen(client)) return;
    }
    // The second of two comes while the first is being verified.
    if (this.#isSpoilt(client, SPOILT.doubled)) return void this.conclude(client, BAD_FRAME, 'stop', now);
    // In band the token in hand is the one presented, since a newer one would have been presented anew; what the
    // client has noted down as presented is then still the one before.
    const isFirst = machine.state(client) === STATE.authenticating;
    const presented = (isFirst ? presentedExpiresAt : expiresAt)[client]!;
    if (!sessions.trusts(client, presented, now)) {
      if (!wasNobody || conduct.badToken === 'refused') return void this.close(client, NETWORK.authRefused, null, now);
      sessions.admitAnonymous(client);
      return this.#acknowledge(client, now);
    }
    if (!wasNobody && sessions.changesSubject(client)) return void this.conclude(client, FORBIDDEN_CLOSE, 'login', now);
    if (sessions.isOver(client)) return void this.conclude(client, FORBIDDEN_CLOSE, 'login', now);
    const ignored = conduct.reauthentication === 'ignored';
    if (ignored) links.newestExpiresAt[client] = presented;
    if (wasNobody || !ignored) {
      sessions.admit(client);
      links.expiresAt[client] = presented;
      life.queue.clear(slotOf(client, MODEL_ALARM.expiry));
    }
    this.#acknowledge(client, now);
  }

  #acknowledge(client: number, now: MonoMs): void {
    this.#world.links.link[client] = LINK.acknowledged;
    this.#wire(client, now + this.#world.links.latencyMs[client]!);
  }

  #over(client: number, now: MonoMs): void {
    const { links, machine } = this.#world;
    const signal = links.signal[client]!;
    // What was held back comes before the end.
    if (this.#isSpoilt(client, SPOILT.stalled)) this.#commands.arrive(this.#world, client, now);
    this.#end(client);
    this.#commands.forget(this.#world, client);
    this.#mend(client);
    machine.onClosed(client, signal, TOLD[links.told[client]!] ?? null, now);
  }

  /** The connection or attempt is over for the gateway, which says so at `at`; a fault may keep it from the client. */
  #hear(
    client: number,
    signal: Signal,
    told: Advice | null,
    at: MonoMs,
    tripMs = this.#world.links.latencyMs[client]!,
  ): void {
    const { links } = this.#world;
    const silent = this.#isSpoilt(client, SPOILT.silent);
    links.link[client] = silent ? LINK.unheard : LINK.closing;
    links.signal[client] = signal;
    links.told[client] = TOLD.indexOf(told);
    if (silent) return;
    const until = this.#isSpoilt(client, SPOILT.stalled) ? links.spoiltUntil[client]! : 0;
    this.#wire(client, Math.max(at + tripMs, until));
  }

  /** Something comes to a client that a fault cuts off: it is put off to the fault's end, or does not come at all. */
  #holdsBack(client: number, now: MonoMs): boolean {
    const { links } = this.#world;
    if (links.spoilt[client] === SPOILT.none || links.link[client] === LINK.presenting) return false;
    if (links.spoilt[client] === SPOILT.stalled && now < links.spoiltUntil[client]!) {
      this.#wire(client, links.spoiltUntil[client]!);
      return true;
    }
    if (links.spoilt[client] !== SPOILT.silent) return false;
    if (links.link[client] === LINK.closing) {
      links.link[client] = LINK.unheard;
      return true;
    }
    if (links.link[client] !== LINK.acknowledged) return false;
    links.link[client] = LINK.open;
    this.#watchExpiry(client, now);
    return true;
  }

  /** The client has heard that it is let in; what it hears of its token's end comes after that. */
  #watchExpiry(client: number, now: MonoMs): void {
    const { links, life, conduct, authority } = this.#world;
    const { onExpiry } = conduct;
    if (onExpiry.kind === 'ignore' || this.sessions.is(client, SESSION.nobody)) return;
    const expiresAt = links.expiresAt[client]!;
    const clock = authority.clocks.gateway;
    const endsAt = clock.whenItShows(expiresAt, now);
    const slot = slotOf(client, MODEL_ALARM.expiry);
    if (onExpiry.kind === 'close' || this.sessions.is(client, SESSION.warned))
      return life.queue.set(slot, Math.max(now, endsAt));
    const heardAt = clock.whenItShows(expiresAt - onExpiry.graceMs, now) + links.latencyMs[client]!;
    life.queue.set(slot, Math.max(now, Math.min(heardAt, endsAt)));
  }

  /** The gateway has no connection of this client any more. */
  #end(client: number): void {
    const { links, life } = this.#world;
    links.link[client] = LINK.none;
    life.queue.clear(slotOf(client, MODEL_ALARM.expiry));
    if (!this.#surprises) return;
    this.#faults.kicks.clear(client);
    this.#faults.handshakes.settle(client, 'not-connected');
  }

  /** It takes no place at its gateway any more. */
  #leave(client: number): void {
    this.processes.open[this.#world.links.gateway[client]!]! -= 1;
  }

  #isSpoilt(client: number, how: number): boolean {
    return this.#suffers && this.#world.links.spoilt[client] === how;
  }

  /** Nothing stands between the client and whatever it connects to next. */
  #mend(client: number): void {
    const { links } = this.#world;
    if (!this.#suffers || links.spoilt[client] === SPOILT.none) return;
    links.spoilt[client] = SPOILT.none;
    links.spoiltBy[client] = 0;
  }

  #wire(client: number, at: number): void {
    this.#world.life.queue.set(slotOf(client, MODEL_ALARM.wire), at);
  }
}
