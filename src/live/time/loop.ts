import type { EventQueue } from '../../core/time/event-queue.ts';
import { mono, type MonoMs } from '../../core/time/instant.ts';
import type { RunClock } from './clock.ts';

/** Longest work on due alarms before sockets get their turn, and on sockets before due alarms get theirs, ms. */
const SLICE_MS = 20;
/** Longest sleep on one timer, ms. */
const LONGEST_SLEEP_MS = 1 << 30;

/**
 * Runs an event queue in real time: sleeps on one timer until the next alarm is due, and rings all due alarms. The lateness
 * of each ring is the generator's health, measured only here.
 */
export class Loop {
  readonly #queue: EventQueue;
  readonly #clock: RunClock;
  readonly #ring: (slot: number, dueAt: MonoMs, now: MonoMs) => void;
  readonly #late: (ms: number) => void;
  readonly #untilMs: number;
  #timer: NodeJS.Timeout | null = null;
  #soon: NodeJS.Immediate | null = null;
  /** time at which the timer fires; Infinity: none is set */
  #wakeAt = Infinity;
  /** when alarms last had their turn */
  #rangAt = -Infinity;
  #running = false;
  #ringing = false;

  /** @param untilMs time after which due alarms do not ring, however late the loop is stopped */
  constructor(
    queue: EventQueue,
    clock: RunClock,
    ring: (slot: number, dueAt: MonoMs, now: MonoMs) => void,
    late: (ms: number) => void,
    untilMs = Infinity,
  ) {
    this.#queue = queue;
    this.#clock = clock;
    this.#ring = ring;
    this.#late = late;
    this.#untilMs = untilMs;
  }

  start(): void {
    this.#running = true;
    this.nudge();
  }

  stop(): void {
    this.#running = false;
    this.#awake();
  }

  /**
   * Wakes the loop in time for alarms that were set from outside. Call it after each event of a socket: Node reads thousands of
   * sockets in a row before it looks at a timer, so that alarms which fall due meanwhile have to ring in between.
   */
  nudge(): void {
    if (!this.#running || this.#ringing) return;
    const nextAt = this.#queue.nextAt();
    if (nextAt > this.#untilMs) return;
    const now = this.#clock.now();
    if (nextAt <= now && now - this.#rangAt >= SLICE_MS && this.#wakeAt < Infinity) return this.#pump();
    if (this.#soon !== null || nextAt >= this.#wakeAt) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#wakeAt = nextAt;
    if (nextAt <= now) this.#soon = setImmediate(() => this.#pump());
    else this.#timer = setTimeout(() => this.#pump(), Math.min(LONGEST_SLEEP_MS, Math.ceil(nextAt - now)));
  }

  #pump(): void {
    this.#awake();
    this.#ringing = true;
    const queue = this.#queue;
    let now = this.#clock.now();
    const sliceEnd = now + SLICE_MS;
    const isDue = (at: number): boolean => at <= now && at <= this.#untilMs;
    for (let dueAt = queue.nextAt(); isDue(dueAt) && now < sliceEnd && this.#running; dueAt = queue.nextAt()) {
      const slot = queue.pop();
      this.#late(now - dueAt);
      this.#ring(slot, mono(dueAt), now);
      now = this.#clock.now();
    }
    this.#ringing = false;
    this.#rangAt = now;
    this.nudge();
  }

  #awake(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#soon !== null) clearImmediate(this.#soon);
    this.#timer = null;
    this.#soon = null;
    this.#wakeAt = Infinity;
  }
}
