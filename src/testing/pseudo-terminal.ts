import { spawn, type IPty } from '@lydell/node-pty';
import { TerminalGrid } from './terminal-grid.ts';

/** A command in a real pseudo-terminal, with the text that the terminal shows. */
export class PseudoTerminal {
  grid: TerminalGrid;
  raw = '';
  readonly ended: Promise<number>;
  readonly #pty: IPty;
  #onData: () => void = () => {};

  constructor(columns: number, rows: number, command: string, env: Record<string, string> = {}) {
    this.grid = new TerminalGrid(columns, rows);
    const {
      CI: _ci,
      CONTINUOUS_INTEGRATION: _cont,
      NO_COLOR: _noColor,
      FORCE_COLOR: _force,
      ...inherited
    } = process.env;
    this.#pty = spawn('/bin/sh', ['-c', command], {
      cols: columns,
      rows,
      name: 'xterm-256color',
      env: { ...inherited, COLORTERM: 'truecolor', ...env },
    });
    this.#pty.onData((data) => {
      this.raw += data;
      this.grid.write(data);
      this.#onData();
    });
    this.ended = new Promise((resolve) => this.#pty.onExit(({ exitCode }) => resolve(exitCode)));
  }

  /** Resolves when the screen shows the text; only the test's timeout bounds the wait. */
  async shows(text: string | RegExp): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#onData = () => {
        const shown = this.grid.text();
        if (typeof text === 'string' ? shown.includes(text) : text.test(shown)) resolve();
      };
      this.#onData();
    });
  }

  press(keys: string): void {
    this.#pty.write(keys);
  }

  resize(columns: number, rows: number): void {
    this.grid = new TerminalGrid(columns, rows);
    this.grid.alternate = true;
    this.#pty.resize(columns, rows);
  }

  kill(): void {
    this.#pty.kill();
  }
}
