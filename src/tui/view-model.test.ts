import { describe, expect, it } from 'vitest';
import { SERIES_INDEX } from '../core/metrics.ts';
import { Curves } from '../metrics/curves.ts';
import { createStore } from '../metrics/store.ts';
import { makeUnknown } from '../metrics/unknown.ts';
import { scriptedRun } from '../testing/scripted-run.ts';
import { GUTTER_COLUMNS } from './axis.ts';
import type { CurveView } from './curve-view.ts';
import { openMenu } from './inject/menu.ts';
import { thresholdRows, viewOf, type FullView, type ScreenState } from './view-model.ts';
import { AT_FIRST, TABS } from './keys.ts';
import { CURVE_FURNITURE_ROWS } from './layout.ts';

const CLIENTS = 400;
/** Header and footer; the titles of the menu's lists and the line below them. */
const FRAME_ROWS = 3;
const MENU_FURNITURE_ROWS = 2;

function stateAt(toMs: number, change: Partial<ScreenState> = {}): ScreenState {
  const run = scriptedRun(CLIENTS);
  const { progress, events } = run.advance(toMs);
  return {
    scenario: run.scenario,
    waitedMs: null,
    progress,
    predicted: null,
    events,
    thresholds: thresholdRows(run.scenario, progress),
    size: { columns: 80, rows: 24 },
    ...AT_FIRST,
    notice: null,
    ...change,
  };
}

function full(state: ScreenState): FullView {
  const view = viewOf(state);
  if (view.kind !== 'full') throw new Error('too small');
  return view;
}

function curveLines({ attempts, ready, axis, band }: CurveView): string[] {
  const plots = [...attempts.rows, ...ready.rows].map((row) => row.gutter + row.runs.map(({ text }) => text).join(''));
  return [...plots, axis, ...(band === null ? [] : [band])];
}

describe('viewOf', () => {
  it.each([
    [80, 24],
    [80, 60],
    [126, 30],
    [200, 60],
  ])('fills the curve of an overview at %dx%d to the last column and row', (columns, rows) => {
    const view = full(stateAt(20_000, { size: { columns, rows } }));
    const curve = view.body?.curve;
    if (!curve) throw new Error('no curve');
    const lines = curveLines(curve);
    expect(lines.map((line) => line.length)).toEqual(lines.map(() => columns));
    expect(lines).toHaveLength(view.layout.curveRows - 2);
    expect(view.layout.rows).toBe(rows - 1);
  });

  it.each(TABS)('finds room for everything in the view "%s" of the smallest terminal', (tab) => {
    const view = full(stateAt(20_000, { tab }));
    expect(view.layout.curveRows === 0 || view.layout.curveRows > CURVE_FURNITURE_ROWS).toBe(true);
    expect(view.events.length).toBeLessThanOrEqual(view.layout.rows - 3);
  });

  it.each([
    [80, 24],
    [126, 30],
    [200, 60],
  ])('keeps the curve above the menu of faults at %dx%d, and gives the rest to the menu', (columns, rows) => {
    const state = stateAt(20_000, { tab: 'events', size: { columns, rows } });
    const view = full({ ...state, menu: openMenu(state.scenario) });
    const { curveRows, eventsRows } = view.layout;
    const listRows = Math.max(...view.menu!.lists.map(({ items }) => items.length));
    expect(curveRows).toBeGreaterThanOrEqual(10);
    expect(curveLines(view.body!.curve!)).toHaveLength(curveRows - 2);
    expect(FRAME_ROWS + curveRows + listRows + MENU_FURNITURE_ROWS + eventsRows).toBe(rows - 1);
    expect(view.menu!.faults.map(({ label }) => label)).toEqual(['drop 1012', 'refresh 503']);
    expect(view.events.length).toBeLessThanOrEqual(Math.max(0, eventsRows - 1));
  });

  it('shows an empty screen before the first numbers', () => {
    const view = full(stateAt(0, { progress: null, thresholds: [] }));
    expect(view.body).toBeNull();
    expect(view.header).toMatchObject({ phase: 'preparing', time: '   0.0s / 30.0s' });
  });

  it('says how the run stands', () => {
    const view = full(stateAt(20_000));
    expect(view.header).toMatchObject({
      name: 'deploy-then-outage',
      phase: 'running',
      facts: 'embedded target  seed 42',
    });
    expect(view.body?.curve?.ready.detail).toBe('400 of 400');
    expect(view.body?.panels.states[0]).toEqual({ name: 'ready', count: '400', share: 1 });
    expect(view.body?.panels.lost.find(({ name }) => name === 'closed by gateway')?.count).toBe('400');
    expect(view.body?.panels.faults.map(({ status }) => status)).toEqual(['over', 'now']);
    expect(view.body?.panels.timings.find(({ name }) => name === 'recovery')).toMatchObject({
      count: '400',
      failed: '0',
    });
    expect(view.body?.panels.timings.find(({ name }) => name === 'handshake')?.reasons).toMatch(/^http-503 \d+$/);
  });

  it('shows the conditions of clients in their view, as many as fit', () => {
    const failing = full(stateAt(23_000, { tab: 'clients' })).conditions;
    expect(failing.shown.map(({ name, aside }) => `${name} ${aside}`)).toEqual([
      expect.stringMatching(/^refresh failing max \d+$/),
    ]);
    expect(failing.more).toBe(0);
    const state = stateAt(23_000, { tab: 'clients' });
    const { progress } = state;
    const measurements = {
      ...progress!.measurements,
      counts: { ...progress!.measurements.counts, loopingRefresh: 2, silent: 3 },
      reported: {
        ...progress!.measurements.reported,
        unauthorizedExpired: 2,
        unauthorizedForbidden: 4,
        anonymous: 5,
        loggedOutByReuse: 7,
      },
    };
    const crowded = { ...state, progress: { ...progress!, measurements } };
    expect(full(crowded).conditions).toMatchObject({ more: 2 });
    const tall = full({ ...crowded, size: { columns: 200, rows: 60 } }).conditions;
    expect(tall.shown.map(({ name, count }) => `${name} ${count}`).slice(1)).toEqual([
      'looping refresh 2',
      'silent 3',
      'unauthorized expired 2',
      'unauthorized forbidden 4',
      'anonymous 5',
      'logged out by reuse 7',
    ]);
  });

  it('says before the start what the run waits for, and for how long it has', () => {
    const events = [
      { atMs: 0, kind: 'phase', message: 'preparing', waitedMs: 10 },
      { atMs: 0, kind: 'phase', message: '3 of 4 shards are ready; not yet: shard 2 of 4 on host-b', waitedMs: 8100 },
    ] as const;
    const view = full(stateAt(0, { progress: null, events, waitedMs: 12_340 }));
    const phase = 'preparing (12.3s): 3 of 4 shards are ready; not yet: shard 2 of 4 on host-b';
    expect([view.header.phase, view.events.at(-1)?.time]).toEqual([phase, '(8.1s)']);
    const small = viewOf(stateAt(0, { progress: null, events, waitedMs: 12_340, size: { columns: 60, rows: 10 } }));
    expect(small).toMatchObject({ lines: expect.arrayContaining([phase]) as unknown });
  });

  it('counts unknown clients beside the ready ones, and marks on the curve when they became so', () => {
    const state = stateAt(20_000);
    const { curves } = state.progress!.measurements;
    const store = createStore(curves.bins, false);
    const lost = new Curves(store.curves);
    lost.add(SERIES_INDEX.stateReady, 0, 100);
    makeUnknown(store, 100, 5000);
    curves.merge(lost);
    const view = full(state);
    expect(view.body!.panels.states.map(({ name }) => name)).toContain('unknown');
    expect(view.body!.panels.states.map(({ name }) => name)).not.toContain('└ renewing');
    expect(view.body!.curve!.ready.detail).toContain(', 100 unknown');
    expect(view.body!.curve!.band).toContain('? 100 unknown ');
  });

  it('counts the shards that were lost', () => {
    const state = stateAt(20_000);
    const lost = { atMs: 5000, kind: 'warning', message: 'shard 1 of 2 was lost', issue: 'shard-lost' } as const;
    expect(full({ ...state, events: [lost] }).body?.panels.generator.lost).toBe(
      `1 of ${state.progress!.generator.workers} shards lost`,
    );
    expect(full(state).body?.panels.generator.lost).toBe('');
  });

  it('says of a generator that runs late that it is saturated so far', () => {
    const state = stateAt(20_000);
    const generator = { ...state.progress!.generator, saturated: true, reasons: ['the generator ran late'] };
    const late = full({ ...state, progress: { ...state.progress!, generator } });
    expect(late.body?.panels.generator).toMatchObject({
      health: 'saturated so far',
      reasons: 'the generator ran late',
    });
    expect(full(state).body?.panels.generator.health).toBe('healthy');
  });

  it('peaks at the number that thresholds on peak(attempts) read', () => {
    const state = stateAt(30_000);
    const peak = state.progress?.measurements.curves.peakPerSecond('attempts').perSecond;
    expect(full(state).body?.curve?.attempts.detail).toContain(`peak ${peak} at 1`);
  });

  it('draws the prediction of the whole run behind the measured curve, and names it', () => {
    const predicted = scriptedRun(2 * CLIENTS).advance(30_000).progress.measurements.curves;
    const curve = full(stateAt(8_000, { predicted })).body?.curve;
    const plain = full(stateAt(8_000)).body?.curve;
    const { perSecond } = predicted.peakPerSecond('attempts');
    expect(curve?.attempts.legend).toMatch(new RegExp(`^⠂⠂⠂ predicted, peak ${perSecond} at 1`));
    expect(curve?.ready.legend).toBe('⠂⠂⠂ predicted');
    expect([plain?.attempts.legend, plain?.ready.legend]).toEqual([null, null]);
    // The scale fits the higher of the two curves; the future has only the prediction.
    expect(Number(curve?.attempts.rows[0]?.gutter.split('┤')[0])).toBeGreaterThanOrEqual(perSecond);
    const last = [curve, plain].map((view) => view?.ready.rows[0]?.runs.at(-1));
    expect(last).toMatchObject([{ predicted: true }, { predicted: false }]);
    expect(last.map((run) => (run?.text.trim() ?? '') === '')).toEqual([false, true]);
  });

  it('shades the columns of a fault in every plot row', () => {
    const curve = full(stateAt(20_000)).body?.curve;
    const shades = curve?.attempts.rows.map(({ runs }) => runs.map(({ shaded }) => shaded));
    expect(shades).toEqual(shades?.map(() => [false, true, false, true, false]));
    const from = curve?.attempts.rows[0]?.runs[0]?.text.length ?? 0;
    expect(curve?.band?.[GUTTER_COLUMNS + from]).toBe('▒');
  });

  it('leaves out thresholds that do not fit, and counts them', () => {
    const thresholds = Array.from({ length: 30 }, (_, i) => ({
      status: 'ok' as const,
      expression: `p99(handshake) < ${i}s`,
      value: '1s',
    }));
    for (const [columns, rows] of [
      [80, 24],
      [200, 60],
    ] as const) {
      const { shown, more } = full(stateAt(20_000, { thresholds, size: { columns, rows } })).thresholds;
      expect(shown.length + more).toBe(30);
      expect(shown.length).toBeGreaterThan(0);
    }
  });

  it('says so plainly when the terminal is too small', () => {
    const view = viewOf(stateAt(20_000, { size: { columns: 60, rows: 10 } }));
    expect(view).toEqual({
      kind: 'too-small',
      lines: [
        'squall draws from 80x24; this is 60x10',
        expect.stringMatching(/^20\.0s {2}ready 400\/400 {2}attempts \d+\/s$/),
        'q wind down',
      ],
    });
  });

  it('cleans text of a remote before it reaches the screen', () => {
    const messages = full(stateAt(20_000, { tab: 'events' })).events.map(({ message }) => message);
    expect(messages).toContain('the gateway said [31mred[0m things');
  });

  it('shows the host of a URL target, never its path, query or password', () => {
    const state = stateAt(0);
    const url = 'wss://me:hunter2@staging.example.com/realtime?key=hunter2';
    const protocol = { kind: 'none' as const };
    const target = {
      kind: 'url' as const,
      url,
      allow: [],
      maxAttemptsPerSecond: 50,
      headers: {},
      subprotocols: [],
      tls: null,
      proxy: null,
      deflate: false,
      protocol,
    };
    const view = full({ ...state, scenario: { ...state.scenario, target } });
    expect(view.header.facts).toBe('staging.example.com  seed 42');
  });
});
