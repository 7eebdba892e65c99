import type { ActiveFault } from '../../core/fault/active-fault.ts';
import type { Beginning } from '../../core/fault/injector.ts';
import { gatewaysHit } from '../../core/fault/select.ts';
import { CLOSE } from '../../core/server/closes.ts';
import { drainsAt } from '../../core/server/drain.ts';
import type { MonoMs } from '../../core/time/instant.ts';
import { comeUp, forEachOf, goDown, RESTART_MS } from './gateway-process.ts';
import type { ModelWorld } from './model-world.ts';

/** Takes gateways out of rotation, drains and replaces them, each after the one before it is back. */
export class RollingRestart implements ActiveFault {
  readonly #beginning: Beginning<'gateway'>;
  readonly #world: ModelWorld;
  readonly #drainMs: number;
  readonly #hit: readonly number[];
  #turn = 0;
  #phase: 'ahead' | 'draining' | 'restarting' = 'ahead';
  /** start of the drain, or end of the restart */
  #since = 0;
  #leaving: number[] = [];
  #closed = 0;

  constructor(beginning: Beginning<'gateway'>, world: ModelWorld, drainMs: number) {
    this.#beginning = beginning;
    this.#world = world;
    this.#drainMs = drainMs;
    this.#hit = gatewaysHit(world.draws, beginning.occurrence, world.gateways.processes.count);
    beginning.tally.planned += this.#hit.length;
  }

  advance(now: MonoMs): number {
    while (!this.isOver) {
      const waitsUntil = this.#step(this.#hit[this.#turn]!, now);
      if (waitsUntil > now) return waitsUntil;
    }
    return Infinity;
  }

  get isOver(): boolean {
    return this.#turn >= this.#hit.length;
  }

  stop(): void {
    this.#beginning.tally.miss('run-over', this.#hit.length - this.#turn);
    this.#turn = this.#hit.length;
  }

  /** Does nothing: each gateway is brought back by itself, and the model ends with its run. */
  close(): void {}

  /** Takes the next step if it is due. @returns when the next step is due */
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
    const { occurrence, fromMs } = this.#beginning;
    const { gateways, connections } = this.#world;
    const atMs = fromMs + (this.#turn * occurrence.fault.forMs) / this.#hit.length;
    if (atMs > now) return atMs;
    if (!gateways.processes.isUp(gateway)) return this.#miss(now);
    gateways.processes.takeOut(gateway);
    this.#leaving = [];
    forEachOf(gateway, this.#world, (client) => {
      if (connections.isOpen(client)) this.#leaving.push(client);
    });
    this.#closed = 0;
    this.#since = now;
    this.#phase = 'draining';
    return now;
  }

  #drain(gateway: number, now: MonoMs): number {
    const { gateways, connections, world } = this.#world;
    for (; this.#closed < this.#leaving.length && this.#closesAt(this.#closed + 1) <= now; this.#closed++) {
      const client = this.#leaving[this.#closed]!;
      if (world.columns.gateway[client] === gateway) connections.conclude(client, CLOSE.restarting, now);
    }
    const endsAt = this.#since + this.#drainMs;
    if (endsAt > now) return this.#closesAt(this.#closed + 1);
    gateways.processes.putBack(gateway);
    if (!gateways.processes.isUp(gateway)) return this.#miss(now);
    // Clients that connected during the drain are closed with the last.
    forEachOf(gateway, this.#world, (client) => connections.conclude(client, CLOSE.restarting, now));
    goDown(gateway, now, this.#world);
    this.#since = now + RESTART_MS;
    this.#phase = 'restarting';
    return this.#since;
  }

  #comeBack(gateway: number, now: MonoMs): number {
    if (this.#since > now) return this.#since;
    comeUp(gateway, now, this.#world);
    this.#beginning.tally.hit += 1;
    return this.#nextTurn(now);
  }

  #miss(now: MonoMs): number {
    this.#beginning.tally.miss('down');
    return this.#nextTurn(now);
  }

  #nextTurn(now: MonoMs): number {
    this.#turn += 1;
    this.#phase = 'ahead';
    return now;
  }

  /** Returns when the n-th connection is closed, from 1; the last one at the end. */
  #closesAt(n: number): number {
    return drainsAt(n, this.#leaving.length, this.#since, this.#drainMs);
  }
}
