import { numberOf, slotOf } from '../core/client/life.ts';
import { STATE } from '../core/client/states.ts';
import type { Advice } from '../core/policy/advice.ts';
import { NETWORK, type Signal } from '../core/signal.ts';
import type { MonoMs } from '../core/time/instant.ts';
import type { ExpiryConduct } from '../scenario/scenario.ts';
import type { ModelCommands } from './commands.ts';
import { LINK, MODEL_ALARM, TOLD } from './links.ts';
import { Station } from './station.ts';
import { Waste } from './waste.ts';
import type { World } from './world.ts';

/** The close code of the embedded gateway for a token that has run out, and its statuses. */
const TOKEN_EXPIRED = 4401;
const UNAUTHORIZED = 401;
const UNAVAILABLE = 503;
/** One-way trips before a gateway has read the upgrade: SYN, SYN-ACK, then ACK with the request. */
const TRIPS_TO_ASK = 3;
/** What a foreign gateway is taken to do when a token runs out. */
const CLOSES: ExpiryConduct = { kind: 'close' };

/**
 * The gateways: who is let in when, and who is shown out. What they say takes a trip to be heard. Those that give up
 * in line keep their place in it, as at a server that does not look whether anybody still waits.
 */
export class Gateways {
  readonly #world: World;
  readonly #commands: ModelCommands;
  readonly #onExpiry: ExpiryConduct;
  readonly #stations: readonly Station[];
  /** open connections of each gateway, those included that are being accepted */
  readonly #open: Uint32Array;
  readonly #connectionsPerGateway: number;
  readonly #waste: Waste;
  #turn = 0;

  constructor(world: World, commands: ModelCommands) {
    const { model, target, durationMs } = world.scenario;
    this.#world = world;
    this.#commands = commands;
    this.#onExpiry = target.kind === 'embedded' ? target.onExpiry : CLOSES;
    this.#stations = Array.from({ length: model.gateways }, () => new Station(model.queue));
    this.#open = new Uint32Array(model.gateways);
    this.#connectionsPerGateway = model.connectionsPerGateway;
    this.#waste = new Waste(durationMs);
  }

  /** Handshakes that were finished by `now` for clients that had given up. */
  wasted(now: MonoMs): number {
    return this.#waste.until(now);
  }

  /** A client dials: its request is on its way, unless the network loses it. */
  dial(client: number, now: MonoMs): void {
    const { links, chance, life } = this.#world;
    const attempt = life.fields.attempts[client]!;
    const number = numberOf(life, client);
    if (chance.loses(number, attempt)) return;
    const latencyMs = Math.fround(chance.latencyMs(number, attempt));
    links.latencyMs[client] = latencyMs;
    links.link[client] = LINK.asking;
    this.#wire(client, now + TRIPS_TO_ASK * latencyMs);
  }

  /** The client is gone, in whatever stage the connection was. */
  hangUp(client: number, now: MonoMs): void {
    const { links, life } = this.#world;
    const link = links.link[client];
    if (link === LINK.accepted || link === LINK.refused) {
      const doneAt = life.queue.dueAt(slotOf(client, MODEL_ALARM.wire)) - links.latencyMs[client]!;
      if (doneAt > now) this.#waste.add(doneAt);
    }
    if (link === LINK.accepted || this.isOpen(client)) this.#open[links.gateway[client]!]! -= 1;
    life.queue.clear(slotOf(client, MODEL_ALARM.wire));
    this.#end(client);
    this.#commands.hangUp(this.#world, client, now);
  }

  /** The client presents the token in hand in a message; the answer comes after a round trip. */
  authenticate(client: number, now: MonoMs): void {
    if (!this.isOpen(client)) return;
    this.#world.links.link[client] = LINK.presenting;
    this.#wire(client, now + this.#world.links.latencyMs[client]!);
  }

  /** Ends a client's connection from the gateway's side, `told` being its advice; false when there is none. */
  close(client: number, signal: Signal, told: Advice | null, now: MonoMs): boolean {
    const { links } = this.#world;
    if (!this.isOpen(client)) return false;
    this.#open[links.gateway[client]!]! -= 1;
    this.#end(client);
    this.#commands.close(this.#world, client, now);
    links.link[client] = LINK.closing;
    links.signal[client] = signal;
    links.told[client] = TOLD.indexOf(told);
    this.#wire(client, now + links.latencyMs[client]!);
    return true;
  }

  isOpen(client: number): boolean {
    const link = this.#world.links.link[client]!;
    return link >= LINK.open && link <= LINK.acknowledged;
  }

  /** What travelled on the client's connection has arrived. */
  arrive(client: number, now: MonoMs): void {
    const { links, life, machine } = this.#world;
    switch (links.link[client]) {
      case LINK.asking:
        return this.#ask(client, now);
      case LINK.accepted:
        links.link[client] = LINK.open;
        links.expiresAt[client] = life.fields.presentedExpiresAt[client]!;
        if (!life.behaviour.firstMessage) this.#watchExpiry(client, now);
        return machine.onOpen(client, now);
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
    const { links, life, machine } = this.#world;
    const expiresAt = links.expiresAt[client]!;
    if (now >= expiresAt) return void this.close(client, TOKEN_EXPIRED, 'refresh', now);
    life.queue.set(slotOf(client, MODEL_ALARM.expiry), expiresAt);
    machine.onNotice(client, 'refresh', now);
  }

  #ask(client: number, now: MonoMs): void {
    const { links, chance, life } = this.#world;
    const gateway = this.#turn++ % this.#stations.length;
    if (this.#open[gateway]! >= this.#connectionsPerGateway) return this.#refuse(client, UNAVAILABLE, now);
    const doneAt = this.#stations[gateway]!.arrive(now, chance.handshakeMs(gateway));
    if (doneAt === Infinity) return this.#refuse(client, UNAVAILABLE, now);
    // The token is looked at when the handshake's turn has come, not when it got in line.
    if (!life.behaviour.firstMessage && life.fields.presentedExpiresAt[client]! <= doneAt)
      return this.#refuse(client, UNAUTHORIZED, doneAt);
    links.link[client] = LINK.accepted;
    links.gateway[client] = gateway;
    this.#open[gateway]! += 1;
    this.#wire(client, doneAt + links.latencyMs[client]!);
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
    const { links, life, machine } = this.#world;
    const { expiresAt, presentedExpiresAt } = life.fields;
    // In band the token in hand is the one presented, since a newer one would have been presented anew; what the
    // client has noted down as presented is then still the one before.
    const isFirst = machine.state(client) === STATE.authenticating;
    const presented = (isFirst ? presentedExpiresAt : expiresAt)[client]!;
    if (presented <= now) return void this.close(client, NETWORK.authRefused, null, now);
    links.link[client] = LINK.acknowledged;
    links.expiresAt[client] = presented;
    life.queue.clear(slotOf(client, MODEL_ALARM.expiry));
    this.#wire(client, now + links.latencyMs[client]!);
  }

  #over(client: number, now: MonoMs): void {
    const { links, machine } = this.#world;
    const signal = links.signal[client]!;
    this.#end(client);
    this.#commands.forget(this.#world, client);
    machine.onClosed(client, signal, TOLD[links.told[client]!] ?? null, now);
  }

  /** The client has heard that it is let in; what it hears of its token's end comes after that. */
  #watchExpiry(client: number, now: MonoMs): void {
    const { links, life } = this.#world;
    const conduct = this.#onExpiry;
    if (conduct.kind === 'ignore') return;
    const expiresAt = links.expiresAt[client]!;
    const heardAt = expiresAt - (conduct.kind === 'notify' ? conduct.graceMs - links.latencyMs[client]! : 0);
    life.queue.set(slotOf(client, MODEL_ALARM.expiry), Math.max(now, Math.min(heardAt, expiresAt)));
  }

  /** The gateway has no connection of this client any more. */
  #end(client: number): void {
    const { links, life } = this.#world;
    links.link[client] = LINK.none;
    life.queue.clear(slotOf(client, MODEL_ALARM.expiry));
  }

  #wire(client: number, at: number): void {
    this.#world.life.queue.set(slotOf(client, MODEL_ALARM.wire), at);
  }
}
