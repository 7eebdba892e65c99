import { aboveNothing } from '../core/fault/gateway.ts';
import { Fifo } from '../core/server/fifo.ts';
import { retryAfterSeconds } from '../core/server/retry-after.ts';
import { Alarm } from './alarm.ts';

/** Finished jobs at which the list is cut, so that the cost of cutting is spread over them. */
const CUT_AFTER = 256;

/** A server of limited capacity in real time: a Fifo with a constant service time and one timer. */
export class FifoServer<Job> {
  readonly #fifo: Fifo;
  readonly #serve: (job: Job) => void;
  readonly #alarm = new Alarm(() => this.#serveDone());
  #serviceMs: number;
  /** jobs; those from `#head` on wait or are in service */
  readonly #jobs: Job[] = [];
  #head = 0;

  /**
   * @param perSecond jobs per second, from 0 on; Infinity: no limit
   * @param room most jobs that may wait besides the one in service; Infinity: no limit
   * @param serve called for each job at the end of its service time; must not throw
   */
  constructor(perSecond: number, room: number, serve: (job: Job) => void) {
    this.#serviceMs = 1000 / aboveNothing(perSecond);
    this.#fifo = new Fifo(room);
    this.#serve = serve;
  }

  /** Number of waiting jobs without the one in service. */
  get waiting(): number {
    return Math.max(0, this.#jobs.length - this.#head - 1);
  }

  /** Changes the rate from now on, also for waiting jobs. */
  setRate(perSecond: number): void {
    const serviceMs = 1000 / aboveNothing(perSecond);
    this.#fifo.stretch(performance.now(), serviceMs / this.#serviceMs);
    this.#serviceMs = serviceMs;
    this.#serveDone();
  }

  /** Puts a job in line; false: the line is full. */
  enter(job: Job): boolean {
    if (this.#fifo.arrive(performance.now(), this.#serviceMs) === Infinity) return false;
    this.#jobs.push(job);
    this.#serveDone();
    return true;
  }

  /** Retry-After of a request that finds the line full, s. */
  get retryAfterSeconds(): number {
    return retryAfterSeconds(this.#fifo.waitMs(performance.now()));
  }

  /** Stops serving, and passes the waiting jobs to `discard`. */
  close(discard: (job: Job) => void): void {
    this.#alarm.set(Infinity);
    this.#fifo.clear();
    for (const job of this.#jobs.splice(this.#head)) discard(job);
  }

  #serveDone(): void {
    const present = this.#fifo.present(performance.now());
    while (this.#jobs.length - this.#head > present) this.#serve(this.#jobs[this.#head++]!);
    if (this.#head >= CUT_AFTER && this.#head * 2 >= this.#jobs.length) {
      this.#jobs.splice(0, this.#head);
      this.#head = 0;
    }
    this.#alarm.set(this.#fifo.nextAt);
  }
}
