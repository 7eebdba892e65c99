import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { PseudoTerminal } from '../testing/pseudo-terminal.ts';
import { canShowScreen } from './can-show-screen.ts';

const DRIVER = fileURLToPath(new URL('../../dist/testing/screen-driver.js', import.meta.url));

const CTRL_C = '\x03';
const ESCAPE = '\x1b';
const DOWN = '\x1b[B';
const RIGHT = '\x1b[C';
const open: PseudoTerminal[] = [];

function show(columns: number, rows: number, args: string, env: Record<string, string> = {}): PseudoTerminal {
  const terminal = new PseudoTerminal(columns, rows, `"${process.execPath}" "${DRIVER}" ${args}; stty -a`, env);
  open.push(terminal);
  return terminal;
}

afterEach(() => {
  for (const terminal of open.splice(0)) terminal.kill();
});

describe('startScreen', () => {
  it.each([
    [80, 24],
    [126, 30],
    [200, 60],
  ])('stays within a terminal of %dx%d in every view', async (columns, rows) => {
    const terminal = show(columns, rows, '26000');
    await terminal.shows('attempts/s');
    let help = '';
    for (const [key, text] of [
      ['2', 'failed, by reason'],
      ['3', 'stopped for good'],
      ['4', 'refresh answers 503'],
      ['?', 'on screen'],
      ['?', '[4 events]'],
      ['1', '[1 overview]'],
    ] as const) {
      terminal.press(key);
      await terminal.shows(text);
      if (text === 'on screen') {
        // The page is drawn from its top.
        await terminal.shows('saturated');
        help = terminal.grid.lines().join('\n');
      }
    }
    await terminal.shows('ready clients');
    expect(help).toContain('on screen');
    expect(help).toContain('saturated');
    expect(help).not.toContain('…');
    expect(terminal.grid).toMatchObject({ alternate: true, cursorVisible: false, overflowed: 0, scrolled: 0 });
    const lines = terminal.grid.lines();
    expect(lines[0]).toMatch(/^deploy-then-outage {2}running +embedded target {2}seed 42$/);
    expect(lines.at(-2)).toContain('q wind down');
    expect(lines.at(-1)).toBe('');
    expect(terminal.grid.colours).toBeGreaterThan(0);
  });

  it.each([
    [80, 24],
    [126, 30],
    [200, 60],
  ])('opens its menu of faults below the curve of a terminal of %dx%d, and injects', async (columns, rows) => {
    const terminal = show(columns, rows, '26000');
    await terminal.shows('attempts/s');
    terminal.press('4f');
    await terminal.shows(
      /ready clients[^]*of clients[^]*❯ refresh[^]*the token endpoint answers 503[^]*Enter inject now/,
    );
    terminal.press(DOWN + DOWN + RIGHT);
    await terminal.shows(/❯ 1012[^]*· drop/);
    terminal.press(RIGHT + DOWN);
    await terminal.shows(/❯ 50%[^]*the gateway closes connections/);
    terminal.press('\r');
    await terminal.shows(/drop 1012 begins on 0.5[^]*injected: drop 1012 on 50% of clients/);
    terminal.press('f');
    await terminal.shows('❯ refresh');
    terminal.press(ESCAPE);
    await terminal.shows('[4 events]');
    expect(terminal.grid).toMatchObject({ overflowed: 0, scrolled: 0 });
  });

  it('says why nothing can be injected into a simulation', async () => {
    const terminal = show(80, 24, '26000 1 sim');
    await terminal.shows('attempts/s');
    terminal.press('f');
    await terminal.shows('a simulation takes its faults from the scenario alone: write it there');
    terminal.press('2');
    await terminal.shows('[2 timings]');
    expect(terminal.grid.text()).not.toContain('a simulation');
  });

  it('winds down by q, stops by ctrl-C after that, and gives the terminal back', async () => {
    const terminal = show(80, 24, '26000');
    await terminal.shows('attempts/s');
    terminal.press('4q');
    await terminal.shows('asked to end: wind-down');
    expect(terminal.grid.text()).toContain('winding down, ctrl-C stops now');
    terminal.press(CTRL_C);
    expect(await terminal.ended).toBe(0);
    expect(terminal.grid).toMatchObject({ alternate: false, cursorVisible: true, overflowed: 0, scrolled: 0 });
    const after = terminal.raw.slice(terminal.raw.lastIndexOf('\x1b[?1049l'));
    expect(after).toContain('verdict: pass');
    expect(after).toMatch(/(?<!-)\bicanon\b/);
    expect(after).toMatch(/(?<!-)\becho\b/);
  });

  it('takes ctrl-C once for winding down and twice for stopping now', async () => {
    const terminal = show(80, 24, '26000');
    await terminal.shows('attempts/s');
    terminal.press(`4${CTRL_C}`);
    await terminal.shows('asked to end: wind-down');
    terminal.press(CTRL_C);
    expect(await terminal.ended).toBe(0);
  });

  it('counts two ctrl-C in one read as two', async () => {
    const terminal = show(80, 24, '26000');
    await terminal.shows('attempts/s');
    terminal.press(CTRL_C + CTRL_C);
    expect(await terminal.ended).toBe(0);
  });

  it('draws without any colour when NO_COLOR asks for it, and still shows the faults', async () => {
    const terminal = show(80, 24, '26000', { NO_COLOR: '1' });
    await terminal.shows('▒ refresh 503');
    expect(terminal.grid.text()).toContain('✗ ');
    expect(terminal.grid.colours).toBe(0);
  });

  it('fits itself to a terminal that changes its size, and says when it is too small', async () => {
    const terminal = show(200, 60, '26000');
    await terminal.shows('attempts/s');
    terminal.resize(60, 20);
    await terminal.shows('this is 60x20');
    terminal.resize(90, 30);
    await terminal.shows(/ready clients[^]*q wind down/);
    expect(terminal.grid).toMatchObject({ overflowed: 0, scrolled: 0 });
    expect(terminal.grid.lines().at(-2)).toContain('q wind down');
  });

  it('continues with plain lines when drawing fails', async () => {
    const terminal = show(120, 24, '26000 1 broken');
    await terminal.shows('the screen failed (no health today); progress goes on as plain lines');
    await terminal.shows(/ready \d+\/2000 \(min \d+\) {2}attempts/);
    expect(terminal.grid).toMatchObject({ alternate: false, cursorVisible: true });
  });
});

describe('canShowScreen', () => {
  it.each([
    [true, {}, true],
    [true, { CI: 'false' }, true],
    [true, { CI: 'true' }, false],
    [true, { CONTINUOUS_INTEGRATION: '1' }, false],
    [true, { TERM: 'dumb' }, false],
    [false, {}, false],
  ])('with a terminal: %s, environment %j: %s', (isTTY, env, shown) => {
    expect(canShowScreen({ isTTY }, env)).toBe(shown);
  });
});
