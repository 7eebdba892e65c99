/** A change of the wall clock against the monotonic one that is a step, ms; NTP steps from 128 ms on, and slews below. */
const STEP_MS = 100;
/** Slewing that is tolerated beside it: twice the 500 ppm at which NTP slews at most. */
const SLEW_PER_MS = 0.001;

/** The last report of one thread or process on its wall clock. */
interface Seen {
  errorMs: number;
  atMs: number;
  /** error when it was last accepted, at `baseAtMs` */
  baseMs: number;
  baseAtMs: number;
}

interface Step {
  readonly fromMs: number;
  readonly toMs: number;
  readonly by: Set<string>;
}

/**
 * Compares wall clocks with the monotonic one for as long as a run lasts. All processes of a machine share one wall
 * clock, so a step that several of them see is reported once.
 */
export class ClockWatch {
  readonly #seen = new Map<string, Seen>();
  readonly #steps: Step[] = [];
  readonly #onStep: (message: string) => void;

  /** @param onStep receives a message for each step or drift beyond the tolerance, without its instant */
  constructor(onStep: (message: string) => void) {
    this.#onStep = onStep;
  }

  /**
   * Checks a report of a wall clock.
   *
   * @param who name of the thread or process
   * @param errorMs wall clock minus its value without any step since the run was prepared, ms
   * @param atMs time of the report on a monotonic clock
   */
  look(who: string, errorMs: number, atMs: number): void {
    const seen = this.#seen.get(who) ?? { errorMs: 0, atMs, baseMs: 0, baseAtMs: atMs };
    this.#seen.set(who, seen);
    const stepMs = errorMs - seen.errorMs;
    const drift = errorMs - seen.baseMs;
    const isStep = Math.abs(stepMs) > STEP_MS + SLEW_PER_MS * (atMs - seen.atMs);
    const hasDrifted = Math.abs(drift) > STEP_MS + SLEW_PER_MS * (atMs - seen.baseAtMs);
    if (isStep) this.#stepped(who, seen.errorMs, errorMs);
    else if (hasDrifted) this.#stepped(who, seen.baseMs, errorMs);
    if (isStep || hasDrifted) Object.assign(seen, { baseMs: errorMs, baseAtMs: atMs });
    Object.assign(seen, { errorMs, atMs });
  }

  #stepped(who: string, fromMs: number, toMs: number): void {
    const known = this.#steps.find((step) => !step.by.has(who) && near(step.fromMs, fromMs) && near(step.toMs, toMs));
    if (known !== undefined) return void known.by.add(who);
    this.#steps.push({ fromMs, toMs, by: new Set([who]) });
    this.#onStep(stepText(toMs - fromMs));
  }
}

function stepText(ms: number): string {
  const seconds = `${(Math.abs(ms) / 1000).toFixed(1)} s`;
  return ms > 0
    ? `the machine's wall clock was set forward by ${seconds}, or the machine slept that long`
    : `the machine's wall clock was set back by ${seconds}`;
}

function near(a: number, b: number): boolean {
  return Math.abs(a - b) < STEP_MS;
}
