import type { Advice } from '../core/policy/advice.ts';
import type { Signal } from '../core/signal.ts';
import { mono, type MonoMs } from '../core/time/instant.ts';
import { LINK, MODEL_ALARM, TOLD } from './links.ts';
import { Station } from './station.ts';
import { modelSlot, type World } from './world.ts';

/** The close code of the embedded gateway for a token that has run out, and its statuses. */
const TOKEN_EXPIRED = 4401;
const UNAUTHORIZED = 401;
const UNAVAILABLE = 503;
/** One-way trips before a gateway has read the upgrade: SYN, SYN-ACK, then ACK with the request. */
const TRIPS_TO_ASK = 3;

/** The gateways: who is let in when, and who is shown out. */
export class Gateways {
  readonly #world: World;
  readonly #stations: readonly Station[];
  /** open connections of each gateway, those included that are being accepted */
  readonly #open: Uint32Array;
  readonly #connectionsPerGateway: number;
  #turn = 0;
  #wasted = 0;

  constructor(world: World) {
    const { model } = world.scenario;
    this.#world = world;
    this.#stations = Array.from({ length: model.gateways }, () => new Station(model.queue));
    this.#open = new Uint32Array(model.gateways);
    this.#connectionsPerGateway = model.connectionsPerGateway;
  }

  /** Handshakes that were finished for clients that had given up. */
  get wasted(): number {
    return this.#wasted;
  }

  /** A client dials: its request is on its way, unless the network loses it. */
  dial(client: number, now: MonoMs): void {
    const { links, chance, life } = this.#world;
    const attempt = life.fields.attempts[client]!;
    const number = client * life.shards + life.shard;
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
      const answeredAt = life.queue.dueAt(this.#slot(client, MODEL_ALARM.wire)) - links.latencyMs[client]!;
      if (answeredAt > now) this.#wasted += 1;
    }
    if (link === LINK.accepted || link === LINK.open || link === LINK.authenticating)
      this.#open[links.gateway[client]!]! -= 1;
    this.#forget(client);
  }

  /** The client presents its token in a message; the answer comes after a round trip. */
  authenticate(client: number, now: MonoMs): void {
    const { links } = this.#world;
    if (links.link[client] !== LINK.open && links.link[client] !== LINK.authenticating) return;
    links.link[client] = LINK.authenticating;
    this.#wire(client, now + 2 * links.latencyMs[client]!);
  }

  /** Ends a client's connection from the gateway's side, `told` being its advice; false when there is none. */
  close(client: number, signal: Signal, told: Advice | null, now: MonoMs): boolean {
    const { links, life } = this.#world;
    if (!this.isOpen(client)) return false;
    this.#open[links.gateway[client]!]! -= 1;
    life.queue.clear(this.#slot(client, MODEL_ALARM.expiry));
    life.queue.clear(this.#slot(client, MODEL_ALARM.ack));
    links.link[client] = LINK.closing;
    links.signal[client] = signal;
    links.told[client] = TOLD.indexOf(told);
    this.#wire(client, now + links.latencyMs[client]!);
    return true;
  }

  isOpen(client: number): boolean {
    const link = this.#world.links.link[client];
    return link === LINK.open || link === LINK.authenticating;
  }

  /** What travelled on the client's connection has arrived. */
  arrive(client: number, now: MonoMs): void {
    const { links, machine } = this.#world;
    switch (links.link[client]) {
      case LINK.asking:
        return this.#ask(client, now);
      case LINK.accepted:
        links.link[client] = LINK.open;
        this.#watchExpiry(client, now);
        return machine.onOpen(client, now);
      case LINK.authenticating:
        links.link[client] = LINK.open;
        this.#watchExpiry(client, now);
        return machine.onReady(client, now);
      default:
        return this.#over(client, now);
    }
  }

  /** The token of an open connection runs out, or is about to. */
  expire(client: number, now: MonoMs): void {
    const { scenario, life, machine } = this.#world;
    const conduct = scenario.target.kind === 'embedded' ? scenario.target.onExpiry : CLOSES;
    const expiresAt = life.fields.presentedExpiresAt[client]!;
    if (conduct.kind === 'notify' && now < expiresAt) {
      life.queue.set(this.#slot(client, MODEL_ALARM.expiry), expiresAt);
      return machine.onNotice(client, 'refresh', now);
    }
    this.close(client, TOKEN_EXPIRED, 'refresh', now);
  }

  #ask(client: number, now: MonoMs): void {
    const { links, chance, life } = this.#world;
    const gateway = this.#turn++ % this.#stations.length;
    const station = this.#stations[gateway]!;
    if (this.#open[gateway]! >= this.#connectionsPerGateway) return this.#refuse(client, UNAVAILABLE, now);
    const doneAt = station.arrive(now, chance.handshakeMs(gateway));
    if (doneAt === Infinity) return this.#refuse(client, UNAVAILABLE, now);
    // The token is looked at when the handshake's turn has come, not when it got in line.
    const viaMessage = life.behaviour.firstMessage;
    if (!viaMessage && life.fields.presentedExpiresAt[client]! <= doneAt)
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

  #over(client: number, now: MonoMs): void {
    const { links, machine } = this.#world;
    const signal = links.signal[client]!;
    this.#forget(client);
    machine.onClosed(client, signal, TOLD[links.told[client]!] ?? null, now);
  }

  #watchExpiry(client: number, now: MonoMs): void {
    const { scenario, life } = this.#world;
    const conduct = scenario.target.kind === 'embedded' ? scenario.target.onExpiry : CLOSES;
    if (conduct.kind === 'ignore') return;
    const expiresAt = life.fields.presentedExpiresAt[client]!;
    const at = conduct.kind === 'notify' ? expiresAt - conduct.graceMs : expiresAt;
    life.queue.set(this.#slot(client, MODEL_ALARM.expiry), mono(Math.max(now, at)));
  }

  #forget(client: number): void {
    const { links, life } = this.#world;
    links.link[client] = LINK.none;
    life.queue.clear(this.#slot(client, MODEL_ALARM.wire));
    life.queue.clear(this.#slot(client, MODEL_ALARM.expiry));
    life.queue.clear(this.#slot(client, MODEL_ALARM.ack));
  }

  #wire(client: number, at: number): void {
    this.#world.life.queue.set(this.#slot(client, MODEL_ALARM.wire), at);
  }

  #slot(client: number, alarm: number): number {
    return modelSlot(this.#world, client, alarm);
  }
}

/** What a foreign gateway is taken to do when a token runs out. */
const CLOSES = { kind: 'close' } as const;
