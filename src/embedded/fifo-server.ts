import { retryAfterSeconds } from '../core/fault/retry-after.ts';
import { Alarm } from './alarm.ts';
import { Fifo } from './fifo.ts';

/** Where requests queue for a limited capacity in real time: a Fifo, and the one timer that drives it. */
export class FifoServer<Job> {
  readonly #fifo: Fifo<Job>;
  readonly #serve: (job: Job) => void;
  readonly #alarm = new Alarm(() => this.#run());

  /** @param serve called for each job at the end of its service time; must not throw */
  constructor(perSecond: number, room: number, serve: (job: Job) => void) {
    this.#fifo = new Fifo(perSecond, room);
    this.#serve = serve;
  }

  get waiting(): number {
    return this.#fifo.waiting;
  }

  setRate(perSecond: number): void {
    this.#fifo.setRate(perSecond, performance.now());
    this.#run();
  }

  /** Puts a job in line; false when the line is full. */
  enter(job: Job): boolean {
    if (!this.#fifo.offer(job, performance.now())) return false;
    this.#run();
    return true;
  }

  /** What to tell those who were turned away: whole seconds until the line has moved past where they would stand. */
  get retryAfterSeconds(): number {
    return retryAfterSeconds(this.#fifo.waitMs(performance.now()));
  }

  /** Serves nobody any more: whoever still waits is handed to `discard`. */
  close(discard: (job: Job) => void): void {
    this.#alarm.set(Infinity);
    for (let job = this.#fifo.take(Infinity); job !== undefined; job = this.#fifo.take(Infinity)) discard(job);
  }

  #run(): void {
    const nowMs = performance.now();
    for (let job = this.#fifo.take(nowMs); job !== undefined; job = this.#fifo.take(nowMs)) this.#serve(job);
    this.#alarm.set(this.#fifo.nextAtMs);
  }
}
