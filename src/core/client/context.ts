import type { Draws } from '../random/draws.ts';
import { GROUP } from '../time/board.ts';
import type { EventQueue } from '../time/event-queue.ts';
import type { Behaviour } from './behaviour.ts';
import type { ClientColumns } from './columns.ts';
import type { Observer } from './observer.ts';
import type { Port } from './port.ts';

/** Data and world that the parts of the client machine share. */
export interface ClientContext {
  readonly columns: ClientColumns;
  readonly behaviour: Behaviour;
  readonly port: Port;
  readonly queue: EventQueue;
  readonly observer: Observer;
  readonly draws: Draws;
  /** this part of the world holds every `shards`-th client of the population, from number `shard` on */
  readonly shard: number;
  readonly shards: number;
  /** size of the whole population, whose arrivals are spread evenly over `arriveOverMs` where `arrivals` is null */
  readonly planned: number;
  readonly arriveOverMs: number;
  /** greatest lateness with which each client sent the commands that it has under way, ms; absent: nothing is late */
  readonly sentLateMs?: Float64Array;
  /** true if the port enters each connect time-out into the queue itself, once the attempt is not decided before it */
  readonly defersTimeOut?: true;
  /** first attempt of each client here, ms from the run's start; null: evenly spread */
  readonly arrivals: Float64Array | null;
}

/** The alarms of one client; slot = client * ALARMS + alarm. The alarms after these are for its world. */
export const ALARM = {
  /** arrival, backoff, connect time-out or heartbeat, by state */ main: 0,
  /** next refresh, request time-out, or retry */ token: 1,
  /** next command */ command: 2,
  /** acknowledgement time-out of the oldest command */ ack: 3,
} as const;

/** Number of alarms that a client itself uses. */
export const OWN_ALARMS = 4;

/** Slots a client, half of them its own, which are one group of the board. */
export const ALARMS = GROUP;
const ALARM_BITS = 3;

export function slotOf(client: number, alarm: number): number {
  return client * ALARMS + alarm;
}

/** The client of a slot. Slots are below 2^31, so a shift is enough; it runs once or twice an event. */
export function clientOf(slot: number): number {
  return slot >> ALARM_BITS;
}

export function alarmOf(slot: number): number {
  return slot & (ALARMS - 1);
}

/** A client's number in the whole population, which its draws and identity depend on, however the run is sharded. */
export function numberOf(context: ClientContext, client: number): number {
  return client * context.shards + context.shard;
}

/** Intended instant of a client's first attempt, ms from the run's start. */
export function arrivalMs(context: ClientContext, client: number): number {
  return context.arrivals?.[client] ?? (numberOf(context, client) / context.planned) * context.arriveOverMs;
}
