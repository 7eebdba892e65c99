import type { ReadStream, WriteStream } from 'node:tty';
import type { Fault } from '../core/fault/fault.ts';
import type { Curves } from '../metrics/curves.ts';
import type { Progress, RunEvent, RunListener, WorldName } from '../metrics/run.ts';
import { clean } from '../report/clean.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { AppProps } from './app.tsx';
import { thresholdRows } from './view-model.ts';
import type { Quit } from './keys.ts';
import type { Mount, Mounted } from './mount.tsx';
import { plainLines } from './plain-lines.ts';
import { AlternateScreen } from './terminal.ts';

/** Draws this often at most, whatever the rate of progress. */
const DRAW_EVERY_MS = 220;
/**
 * Drawing takes an eighth of the coordinator's time at most. A frame costs 15 ms of CPU at 80x24 and 50 at 200x60, for
 * Ink looks at every cell anew: a large screen is drawn less often rather than at the cost of the measurement.
 */
const REST_PER_DRAW = 7;
/** Events kept for the screen; the results folder has all of them. */
const MOST_EVENTS = 500;

export interface ScreenOptions {
  readonly scenario: Scenario;
  readonly world: WorldName;
  /** what a simulation expects of the whole run: drawn behind what is measured */
  readonly predicted?: Curves | null;
  readonly stdout: WriteStream;
  readonly stdin: ReadStream;
  /** the user asks for the end: `wind-down` by `q` or ctrl-C, `now` by ctrl-C after that */
  readonly onQuit: (how: Quit) => void;
}

/** What somebody who watches may do to a run. */
export interface Controls {
  /** Lets a fault begin now. @returns why it does not; null when it does */
  inject(fault: Fault): string | null;
}

/** Why nothing can be injected, as long as there are no controls. */
const NO_CONTROLS: Readonly<Record<WorldName, string>> = {
  live: 'the run has not begun: no fault can be injected yet',
  sim: 'a simulation takes its faults from the scenario alone: write it there',
};

export interface Screen extends RunListener {
  /** The run goes on, and can be acted upon. */
  onControls?(controls: Controls): void;
  /** Gives the terminal back as it was, then prints `finalLines` if there are any. */
  end(finalLines?: string): Promise<void>;
}

/** Whether a screen can be shown at all: people watch, and no CI log is being written. */
export function canShowScreen(stdout: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): boolean {
  const isCi = [env['CI'], env['CONTINUOUS_INTEGRATION']].some((value) => !['', '0', 'false'].includes(value ?? ''));
  return stdout.isTTY === true && !isCi && env['TERM'] !== 'dumb';
}

/**
 * Shows a run in the terminal until `end`. If drawing fails, the terminal is given back and progress goes on as plain
 * lines on stderr: the run does not depend on its picture.
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
  #events: RunEvent[] = [];
  #progress: Progress | null = null;
  #changed = false;
  #controls: Controls | null = null;
  /** takes over when drawing has failed */
  #plain: Screen | null = null;

  constructor(options: ScreenOptions, terminal: AlternateScreen, mount: Mount) {
    this.#options = options;
    this.#terminal = terminal;
    this.#mounted = mount(options.stdout, options.stdin, this.#props());
    this.#mounted.ended.catch((error: unknown) => this.#giveUp(error));
    // Before Ink's own listener, so that Ink never draws a frame of the old size on the new one.
    options.stdout.prependListener('resize', this.#onResize);
    process.on('exit', this.#restore);
    this.#timer = setTimeout(this.#tick, DRAW_EVERY_MS);
  }

  onEvent(event: RunEvent): void {
    if (this.#plain !== null) return this.#plain.onEvent(event);
    this.#events = [...this.#events.slice(1 - MOST_EVENTS), event];
    this.#changed = true;
  }

  onProgress(progress: Progress): void {
    if (this.#plain !== null) return this.#plain.onProgress(progress);
    this.#progress = progress;
    this.#changed = true;
  }

  onInterval(): void {
    // Progress comes oftener and says more.
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
    if (this.#changed) this.#draw();
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
