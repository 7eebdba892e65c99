import { aboveNothing } from '../core/fault/gateway.ts';
import { Fifo } from '../core/server/fifo.ts';
import { retryAfterSeconds } from '../core/server/retry-after.ts';
import { Alarm } from './alarm.ts';

/** Finished jobs kept before the list is cut: the cost of cutting is spread over as many jobs. */
const CUT_AFTER = 256;

/** Where requests queue for a limited capacity in real time: a Fifo with a constant service time, and its one timer. */
export class FifoServer<Job> {
  readonly #fifo: Fifo;
  readonly #serve: (job: Job) => void;
  readonly #alarm = new Alarm(() => this.#serveDone());
  #serviceMs: number;
  /** those from `#head` on are in the line or in service */
  readonly #jobs: Job[] = [];
  #head = 0;

  /**
   * @param perSecond what the server can do, from 0 on; Infinity for no limit
   * @param room how many may wait besides the one in service; Infinity for no limit
   * @param serve called for each job at the end of its service time; must not throw
   */
  constructor(perSecond: number, room: number, serve: (job: Job) => void) {
    this.#serviceMs = 1000 / aboveNothing(perSecond);
    this.#fifo = new Fifo(room);
    this.#serve = serve;
  }

  /** How many wait, not counting the one in service. */
  get waiting(): number {
    return Math.max(0, this.#jobs.length - this.#head - 1);
  }

  /** Works at another rate from now on, also at what is in the line. */
  setRate(perSecond: number): void {
    const serviceMs = 1000 / aboveNothing(perSecond);
    this.#fifo.stretch(performance.now(), serviceMs / this.#serviceMs);
    this.#serviceMs = serviceMs;
    this.#serveDone();
  }

  /** Puts a job in line; false when the line is full. */
  enter(job: Job): boolean {
    if (this.#fifo.arrive(performance.now(), this.#serviceMs) === Infinity) return false;
    this.#jobs.push(job);
    this.#serveDone();
    return true;
  }

  /** The Retry-After of a request for which there is no room. */
  get retryAfterSeconds(): number {
    return retryAfterSeconds(this.#fifo.waitMs(performance.now()));
  }

  /** Serves nobody any more: what still waits is handed to `discard`. */
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
