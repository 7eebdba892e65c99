import type { ReadStream, WriteStream } from 'node:tty';
import type { Fault } from '../core/fault/fault.ts';
import type { Curves } from '../metrics/curves.ts';
import type { Progress, RunEvent, RunListener, WorldName } from '../metrics/run.ts';
import { clean } from '../report/clean.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { AppProps } from './app.tsx';
import { thresholdRows, type ScreenEvent } from './view-model.ts';
import type { Quit } from './keys.ts';
import type { Mount, Mounted } from './mount.tsx';
import { plainLines } from './plain-lines.ts';
import { AlternateScreen } from './terminal.ts';

/** Minimum time between two drawings, ms. */
const DRAW_EVERY_MS = 220;
/**
 * Pause after a drawing, as a multiple of its time, so that drawing takes at most an eighth of the coordinator's time.
 * A frame costs 15 ms of CPU at 80x24 and 50 ms at 200x60, since Ink checks every cell.
 */
const REST_PER_DRAW = 7;
/** Maximum number of events kept for the screen; the results folder has all. */
const MOST_EVENTS = 500;

export interface ScreenOptions {
  readonly scenario: Scenario;
  readonly world: WorldName;
  /** simulated curves of the whole run, drawn behind the measured ones */
  readonly predicted?: Curves | null;
  readonly stdout: WriteStream;
  readonly stdin: ReadStream;
  /** called when the user asks for the end: `wind-down` for `q` or ctrl-C, `now` for another ctrl-C */
  readonly onQuit: (how: Quit) => void;
}

/** Actions that a watching user can take. */
export interface Controls {
  /** Begins a fault now; returns the reason if it does not begin, or null. */
  inject(fault: Fault): string | null;
}

/** The reason why no fault can be injected while there are no controls. */
const NO_CONTROLS: Readonly<Record<WorldName, string>> = {
  live: 'the run has not begun: no fault can be injected yet',
  sim: 'a simulation takes its faults from the scenario alone: write it there',
};

export interface Screen extends RunListener {
  /** Called when the run can be controlled. */
  onControls?(controls: Controls): void;
  /** Restores the terminal, then prints `finalLines` if given. */
  end(finalLines?: string): Promise<void>;
}

/**
 * Shows a run in the terminal until `end`. If drawing fails, the terminal is restored and progress continues as plain
 * lines on stderr, without disturbing the run.
 */
export async function startScreen(options: ScreenOptions): Promise<Screen> {
  const terminal = new AlternateScreen(options.stdout);
  try {
    const { mount } = await withInkEnvironment(() => import('./mount.tsx'));
    terminal.enter();
    return new InkScreen(options, terminal, mount);
  } catch (error) {
    terminal.leave();
    const plain = plainScreen(options);
    plain.onEvent(failure(0, error));
    return plain;
  }
}

class InkScreen implements Screen {
  readonly #options: ScreenOptions;
  readonly #terminal: AlternateScreen;
  readonly #mounted: Mounted;
  #timer: NodeJS.Timeout;
  #events: ScreenEvent[] = [];
  readonly #sinceMs = performance.now();
  #hasBegun = false;
  #progress: Progress | null = null;
  #changed = false;
  #controls: Controls | null = null;
  /** replaces the screen when drawing fails */
  #plain: Screen | null = null;

  constructor(options: ScreenOptions, terminal: AlternateScreen, mount: Mount) {
    this.#options = options;
    this.#terminal = terminal;
    this.#mounted = mount(options.stdout, options.stdin, this.#props());
    this.#mounted.ended.catch((error: unknown) => this.#giveUp(error));
    // Called before Ink's own listener, so that Ink never draws a frame of the old size.
    options.stdout.prependListener('resize', this.#onResize);
    process.on('exit', this.#restore);
    this.#timer = setTimeout(this.#tick, DRAW_EVERY_MS);
  }

  onBegin(startedAt: Date): void {
    this.#hasBegun = true;
    this.#changed = true;
    this.#plain?.onBegin?.(startedAt);
  }

  /** Time for which the run has been prepared, ms; null: it has begun. */
  get #waitedMs(): number | null {
    return this.#hasBegun ? null : performance.now() - this.#sinceMs;
  }

  onEvent(event: RunEvent): void {
    if (this.#plain !== null) return this.#plain.onEvent(event);
    const waitedMs = this.#waitedMs;
    const shown = waitedMs === null ? event : { ...event, waitedMs };
    this.#events = [...this.#events.slice(1 - MOST_EVENTS), shown];
    this.#changed = true;
  }

  onProgress(progress: Progress): void {
    if (this.#plain !== null) return this.#plain.onProgress?.(progress);
    this.#progress = progress;
    this.#changed = true;
  }

  onInterval(): void {
    // Progress comes more often and holds more.
  }

  onControls(controls: Controls): void {
    this.#controls = controls;
    this.#changed = true;
  }

  async end(finalLines?: string): Promise<void> {
    if (this.#plain !== null) return this.#plain.end(finalLines);
    this.#restore();
    await print(this.#options.stdout, finalLines);
  }

  readonly #tick = (): void => {
    const before = performance.now();
    // Before the start, the time that passes is shown.
    if (this.#changed || !this.#hasBegun) this.#draw();
    if (this.#plain !== null) return;
    const tookMs = performance.now() - before;
    this.#timer = setTimeout(this.#tick, Math.max(DRAW_EVERY_MS, tookMs * REST_PER_DRAW));
  };

  #draw(): void {
    this.#changed = false;
    try {
      this.#mounted.update(this.#props());
    } catch (error) {
      this.#giveUp(error);
    }
  }

  #props(): AppProps {
    const { stdout, stdin, scenario, world, predicted = null, onQuit } = this.#options;
    return {
      scenario,
      waitedMs: this.#waitedMs,
      progress: this.#progress,
      predicted,
      events: this.#events,
      thresholds: thresholdRows(scenario, this.#progress),
      size: { columns: stdout.columns, rows: stdout.rows },
      hasKeys: stdin.isTTY,
      noFaults: this.#controls === null ? NO_CONTROLS[world] : null,
      onQuit,
      onInject: this.#onInject,
    };
  }

  readonly #onInject = (fault: Fault): string | null => this.#controls?.inject(fault) ?? null;

  readonly #onResize = (): void => {
    this.#terminal.clear();
    this.#draw();
  };

  readonly #restore = (): void => {
    clearTimeout(this.#timer);
    this.#options.stdout.off('resize', this.#onResize);
    process.off('exit', this.#restore);
    this.#mounted.unmount();
    this.#terminal.leave();
  };

  #giveUp(error: unknown): void {
    if (this.#plain !== null) return;
    this.#restore();
    this.#plain = plainScreen(this.#options);
    this.#plain.onEvent(failure(this.#progress?.measurements.elapsedMs ?? 0, error));
  }
}

function plainScreen({ scenario, stdout }: ScreenOptions): Screen {
  return { ...plainLines({ scenario, stream: process.stderr }), end: (finalLines) => print(stdout, finalLines) };
}

function failure(atMs: number, error: unknown): RunEvent {
  const cause = clean(error instanceof Error ? error.message : String(error));
  return { atMs, kind: 'warning', message: `the screen failed (${cause}); progress goes on as plain lines` };
}

async function print(stdout: WriteStream, lines: string | undefined): Promise<void> {
  if (lines === undefined) return;
  await new Promise<void>((resolve) => {
    stdout.write(`${lines}\n`, () => resolve());
  });
}

/**
 * Ink and React read the environment once, when they are first imported: Ink ignores NO_COLOR unless FORCE_COLOR says
 * so too, and React's development build keeps a record of every frame for ever.
 */
async function withInkEnvironment<T>(load: () => Promise<T>): Promise<T> {
  const { FORCE_COLOR, NODE_ENV, NO_COLOR } = process.env;
  process.env['NODE_ENV'] = 'production';
  if (NO_COLOR !== undefined && NO_COLOR !== '') process.env['FORCE_COLOR'] = '0';
  try {
    return await load();
  } finally {
    restoreVariable('FORCE_COLOR', FORCE_COLOR);
    restoreVariable('NODE_ENV', NODE_ENV);
  }
}

function restoreVariable(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
