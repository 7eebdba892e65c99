import type { BackoffPolicy } from '../policy/backoff.ts';
import type { RefreshPolicy } from '../policy/refresh.ts';
import type { Draws } from '../random/draws.ts';
import type { EventQueue } from '../time/event-queue.ts';
import type { Renewal } from '../token/carrier.ts';
import type { ClientColumns } from './columns.ts';
import type { Observer } from './observer.ts';
import type { Port } from './port.ts';
import type { LoopLimit } from './loop-detector.ts';

/** How every client of a population behaves. */
export interface Behaviour {
  readonly backoff: BackoffPolicy;
  readonly refresh: RefreshPolicy;
  readonly renewal: Renewal;
  /** the token travels in the first message, so an open socket is not ready yet */
  readonly firstMessage: boolean;
  /** from the dial to ready; also how long an in-band authentication may take */
  readonly connectTimeoutMs: number;
  readonly commands: CommandBehaviour | null;
  readonly heartbeat: HeartbeatBehaviour | null;
  readonly loop: LoopLimit;
}

/** A ping goes out every so often; when nothing at all comes back in time, the connection is given up. */
export interface HeartbeatBehaviour {
  readonly everyMs: number;
  readonly timeoutMs: number;
}

export interface CommandBehaviour {
  /** one command falls due in each stretch of this length */
  readonly periodMs: number;
  readonly ackTimeoutMs: number;
  readonly resend: boolean;
  /** commands are sent on an open socket, although the first message is not answered yet */
  readonly beforeAuth: boolean;
}

/** What the parts of the client machine share: the data, and the world around it. */
export interface ClientContext {
  readonly columns: ClientColumns;
  readonly behaviour: Behaviour;
  readonly port: Port;
  readonly queue: EventQueue;
  readonly observer: Observer;
  readonly draws: Draws;
  /** this world holds every `shards`-th client of the population, beginning with number `shard` */
  readonly shard: number;
  readonly shards: number;
  /** the size of the whole population, whose arrivals are spread evenly over `arriveOverMs`, unless `arrivals` says more */
  readonly planned: number;
  readonly arriveOverMs: number;
  /** when each of the clients here makes its first attempt, ms from the run's start; null: evenly */
  readonly arrivals: Float64Array | null;
}

/** The alarms of one client; slot = client * ALARMS + alarm. Those that follow are for the world that it lives in. */
export const ALARM = {
  /** arrival, backoff, connect time-out, heartbeat: whichever the state waits for */ main: 0,
  /** next refresh, request time-out, or retry */ token: 1,
  /** next command */ command: 2,
  /** acknowledgement time-out of the oldest command */ ack: 3,
} as const;

/** How many of a client's alarms are its own. */
export const OWN_ALARMS = 4;

/** Slots for each client, half of them its own. Eight instants are one cache line. A power of two: see below. */
export const ALARMS = 8;
const ALARM_BITS = 3;

export function slotOf(client: number, alarm: number): number {
  return client * ALARMS + alarm;
}

/** Whose slot it is. Slots are whole numbers below 2^31, so bits will do: this runs once or twice an event. */
export function clientOf(slot: number): number {
  return slot >> ALARM_BITS;
}

export function alarmOf(slot: number): number {
  return slot & (ALARMS - 1);
}

/** A client's number in the whole population: what its draws and its identity hang on, however the run is sharded. */
export function numberOf(context: ClientContext, client: number): number {
  return client * context.shards + context.shard;
}

/** When a client is meant to make its first attempt, ms from the run's start. */
export function arrivalMs(context: ClientContext, client: number): number {
  return context.arrivals?.[client] ?? (numberOf(context, client) / context.planned) * context.arriveOverMs;
}
