import type { Tally } from '../core/fault/fault.ts';
import { gatewaysHit, hitAtMs } from '../core/fault/select.ts';
import type { Draws } from '../core/random/draws.ts';
import { CLOSE } from '../core/server/closes.ts';
import { drainsAt } from '../core/server/drain.ts';
import type { MonoMs } from '../core/time/instant.ts';
import type { ActiveFault } from './active-faults.ts';
import type { FaultContext } from './injections.ts';
import type { OccurrenceOf } from './request-faults.ts';

/** How long a gateway process takes to start in the model: about what Node does. */
export const RESTART_MS = 250;

export interface GatewayInjectionParts {
  readonly occurrence: OccurrenceOf<'gateway'>;
  readonly tally: Tally;
  readonly draws: Draws;
  readonly faultContext: FaultContext;
}

/** What every fault of gateways has: those that it hits, and what can be done to one of them. */
abstract class GatewayAct implements ActiveFault {
  protected readonly gateways: readonly number[];
  protected readonly parts: GatewayInjectionParts;

  constructor(parts: GatewayInjectionParts) {
    const { draws, occurrence, tally, faultContext } = parts;
    this.parts = parts;
    this.gateways = gatewaysHit(draws, occurrence, faultContext.gateways.processes.count);
    tally.planned += this.gateways.length;
  }

  abstract ring(now: MonoMs): number;

  abstract close(): void;

  /** The process is gone, and with it all connections and whoever stood in line. */
  protected goDown(gateway: number, now: MonoMs): void {
    const { gateways } = this.parts.faultContext;
    gateways.processes.goDown(gateway, now);
    this.forEachOf(gateway, (client) => gateways.breakOff(client, now));
  }

  protected comeUp(gateway: number, now: MonoMs): void {
    const { gateways } = this.parts.faultContext;
    gateways.processes.comeUp(gateway);
    gateways.sessions.restart(gateway, now);
  }

  /** Visits clients that have to do with this gateway, or had. */
  protected forEachOf(gateway: number, visit: (client: number) => void): void {
    const { links } = this.parts.faultContext.world;
    for (let client = 0; client < links.gateway.length; client++) if (links.gateway[client] === gateway) visit(client);
  }
}

/** Each gateway is hit in its own time, and what was done to it is undone in its own time. */
abstract class OneByOne extends GatewayAct {
  readonly #atMs: readonly number[];
  /** by rank: hit, missed or neither yet; and undone */
  readonly #state: ('ahead' | 'hit' | 'over')[];

  constructor(parts: GatewayInjectionParts) {
    super(parts);
    const { draws, occurrence } = parts;
    this.#atMs = this.gateways.map((gateway) => hitAtMs(draws, occurrence, gateway, occurrence.atMs));
    this.#state = this.gateways.map(() => 'ahead');
  }

  ring(now: MonoMs): number {
    for (const [rank, gateway] of this.gateways.entries()) {
      if (this.#state[rank] === 'ahead' && this.#atMs[rank]! <= now) this.#hit(rank, gateway, now);
      if (this.#state[rank] === 'hit' && this.#undoAt(rank) <= now) {
        this.#state[rank] = 'over';
        this.undo(gateway, now);
      }
    }
    return Math.min(...this.gateways.map((_, rank) => this.#nextAt(rank)));
  }

  close(): void {
    this.parts.tally.miss('run-over', this.#state.filter((state) => state === 'ahead').length);
  }

  protected abstract readonly lastsMs: number;

  protected abstract occurrence(gateway: number, now: MonoMs): void;

  protected abstract undo(gateway: number, now: MonoMs): void;

  #hit(rank: number, gateway: number, now: MonoMs): void {
    const { tally, faultContext } = this.parts;
    const isUp = faultContext.gateways.processes.isUp(gateway);
    this.#state[rank] = isUp ? 'hit' : 'over';
    if (!isUp) return tally.miss('down');
    tally.hit += 1;
    this.occurrence(gateway, now);
  }

  #undoAt(rank: number): number {
    return this.#atMs[rank]! + this.lastsMs;
  }

  #nextAt(rank: number): number {
    if (this.#state[rank] === 'ahead') return this.#atMs[rank]!;
    return this.#state[rank] === 'hit' ? this.#undoAt(rank) : Infinity;
  }
}

/** Killed, and started again when the fault ends. */
export class CrashInjection extends OneByOne {
  protected readonly lastsMs: number;
  readonly #memory: 'kept' | 'lost';

  constructor(parts: GatewayInjectionParts, memory: 'kept' | 'lost') {
    super(parts);
    this.lastsMs = parts.occurrence.fault.forMs + RESTART_MS;
    this.#memory = memory;
  }

  protected occurrence(gateway: number, now: MonoMs): void {
    this.goDown(gateway, now);
  }

  protected undo(gateway: number, now: MonoMs): void {
    this.comeUp(gateway, now);
    if (this.#memory === 'lost') this.parts.faultContext.commands.forgetEffects(gateway);
  }
}

/** Handshakes are served at a share of the capacity. */
export class CapacityCutInjection extends OneByOne {
  protected readonly lastsMs: number;
  readonly #share: number;

  constructor(parts: GatewayInjectionParts, share: number) {
    super(parts);
    this.lastsMs = parts.occurrence.fault.forMs;
    this.#share = share;
  }

  protected occurrence(gateway: number, now: MonoMs): void {
    const { occurrence, faultContext } = this.parts;
    const factor = faultContext.gateways.processes.cut(gateway, occurrence.index, this.#share, now);
    faultContext.gateways.handshakes.stretch(gateway, factor, now);
  }

  protected undo(gateway: number, now: MonoMs): void {
    const { occurrence, faultContext } = this.parts;
    const factor = faultContext.gateways.processes.uncut(gateway, occurrence.index, now);
    faultContext.gateways.handshakes.stretch(gateway, factor, now);
  }
}

/** One after the other is taken out of rotation, drained and replaced, and none before the one before it is back. */
export class RollingRestartInjection extends GatewayAct {
  readonly #drainMs: number;
  #turn = 0;
  #phase: 'ahead' | 'draining' | 'restarting' = 'ahead';
  /** since when it drains, or until when it restarts */
  #since = 0;
  #leaving: number[] = [];
  #closed = 0;

  constructor(parts: GatewayInjectionParts, drainMs: number) {
    super(parts);
    this.#drainMs = drainMs;
  }

  ring(now: MonoMs): number {
    while (this.#turn < this.gateways.length) {
      const gateway = this.gateways[this.#turn]!;
      const waitsUntil = this.#step(gateway, now);
      if (waitsUntil > now) return waitsUntil;
    }
    return Infinity;
  }

  close(): void {
    this.parts.tally.miss('run-over', this.gateways.length - this.#turn);
  }

  /** Does the next thing, if its time has come. @returns when it comes */
  #step(gateway: number, now: MonoMs): number {
    switch (this.#phase) {
      case 'ahead':
        return this.#beginTurn(gateway, now);
      case 'draining':
        return this.#drain(gateway, now);
      case 'restarting':
        return this.#comeBack(gateway, now);
    }
  }

  #beginTurn(gateway: number, now: MonoMs): number {
    const { occurrence, faultContext } = this.parts;
    const atMs = occurrence.atMs + (this.#turn * occurrence.fault.forMs) / this.gateways.length;
    if (atMs > now) return atMs;
    if (!faultContext.gateways.processes.isUp(gateway)) return this.#miss(now);
    faultContext.gateways.processes.takeOut(gateway);
    this.#leaving = [];
    this.forEachOf(gateway, (client) => {
      if (faultContext.gateways.isOpen(client)) this.#leaving.push(client);
    });
    this.#closed = 0;
    this.#since = now;
    this.#phase = 'draining';
    return now;
  }

  #drain(gateway: number, now: MonoMs): number {
    const { gateways, world } = this.parts.faultContext;
    for (; this.#closed < this.#leaving.length && this.#closesAt(this.#closed + 1) <= now; this.#closed++) {
      const client = this.#leaving[this.#closed]!;
      if (world.links.gateway[client] === gateway) gateways.conclude(client, CLOSE.restarting, now);
    }
    const endsAt = this.#since + this.#drainMs;
    if (endsAt > now) return this.#closesAt(this.#closed + 1);
    gateways.processes.putBack(gateway);
    if (!gateways.processes.isUp(gateway)) return this.#miss(now);
    // Whoever came while it was draining has to go with the last.
    this.forEachOf(gateway, (client) => gateways.conclude(client, CLOSE.restarting, now));
    this.goDown(gateway, now);
    this.#since = now + RESTART_MS;
    this.#phase = 'restarting';
    return this.#since;
  }

  #comeBack(gateway: number, now: MonoMs): number {
    if (this.#since > now) return this.#since;
    this.comeUp(gateway, now);
    this.parts.tally.hit += 1;
    return this.#nextTurn(now);
  }

  #miss(now: MonoMs): number {
    this.parts.tally.miss('down');
    return this.#nextTurn(now);
  }

  #nextTurn(now: MonoMs): number {
    this.#turn += 1;
    this.#phase = 'ahead';
    return now;
  }

  /** When the n-th of those that leave is closed, from 1; the last one at the end. */
  #closesAt(n: number): number {
    return drainsAt(n, this.#leaving.length, this.#since, this.#drainMs);
  }
}
