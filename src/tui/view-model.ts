import { thresholdOutcome, type ThresholdOutcome } from '../report/threshold-words.ts';
import { evaluateRun } from '../threshold/evaluate-run.ts';
import type { Curves } from '../metrics/curves.ts';
import type { Measurements } from '../metrics/measurements.ts';
import type { Phase, Progress, RunEvent } from '../metrics/run.ts';
import { clean } from '../report/clean.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { curveView, type CurveView } from './curve-view.ts';
import { menuRows, menuView, type MenuView } from './inject/menu-view.ts';
import type { Chosen, Tab } from './keys.ts';
import { barText, countText, timeText } from '../report/format.ts';
import { GAP_COLUMNS, layOut, mostPanelRows, SMALLEST, type Layout, type Size } from './layout.ts';
import { panelsOf, type Panels, type Tally } from './panels.ts';
import { rateNow } from '../metrics/samples.ts';
import { waitedText } from './text.ts';
import { readyNow } from '../metrics/ready.ts';
import { unknownNow } from '../metrics/unknown.ts';

/** An event with the time for which the run had been prepared when it came; absent: it had begun. */
export type ScreenEvent = RunEvent & { readonly waitedMs?: number };

/** The input of the view-model. */
export interface ScreenState extends Chosen {
  readonly scenario: Scenario;
  /** time for which the run has been prepared, ms; null: it has begun */
  readonly waitedMs: number | null;
  /** null before the first progress */
  readonly progress: Progress | null;
  /** simulated curves of the whole run; null without a prediction */
  readonly predicted: Curves | null;
  readonly events: readonly ScreenEvent[];
  readonly thresholds: readonly ThresholdRow[];
  readonly size: Size;
  /** a notice shown for a while; null for none */
  readonly notice: string | null;
}

export interface ThresholdRow {
  readonly status: 'ok' | 'failing' | 'open' | 'no data';
  readonly expression: string;
  readonly value: string;
}

/** The screen as plain data. */
export type ScreenView = TooSmallView | FullView;

interface TooSmallView {
  readonly kind: 'too-small';
  readonly lines: readonly string[];
}

export interface FullView {
  readonly kind: 'full';
  readonly layout: Layout;
  readonly header: HeaderView;
  readonly tab: Tab;
  readonly help: boolean;
  /** null while closed */
  readonly menu: MenuView | null;
  readonly stopping: boolean;
  readonly notice: string | null;
  readonly body: BodyView | null;
  readonly thresholds: Clipped<ThresholdRow>;
  readonly faults: Clipped<Panels['faults'][number]>;
  readonly conditions: Clipped<Tally>;
  /** newest last; as many as fit */
  readonly events: readonly EventRow[];
}

export interface BodyView {
  /** null without room */
  readonly curve: CurveView | null;
  readonly panels: Panels;
}

export interface HeaderView {
  readonly name: string;
  readonly phase: string;
  /** target and seed */
  readonly facts: string;
  readonly bar: string;
  readonly time: string;
}

export interface EventRow {
  readonly time: string;
  readonly message: string;
  readonly tone: 'plain' | 'fault' | 'warning';
}

/** The items that fit, and the number of those that do not. */
export interface Clipped<T> {
  readonly shown: readonly T[];
  readonly more: number;
}

export function viewOf(state: ScreenState): ScreenView {
  const { scenario, progress, predicted, size, tab } = state;
  if (size.columns < SMALLEST.columns || size.rows < SMALLEST.rows) return tooSmall(state);
  const panels =
    progress && panelsOf(scenario, progress.measurements, progress.faults, progress.generator, state.events);
  const panelsRoom = panelRoom(state, panels?.conditions.length ?? 0);
  const layout = layOut(size, panelsRoom.rows);
  const onlyEvents = state.menu === null && (progress === null || tab === 'events');
  const eventsRows = onlyEvents ? panelsRoom.rows - 1 : Math.max(0, layout.eventsRows - 1);
  const body =
    progress === null || panels === null
      ? null
      : {
          curve:
            layout.curveRows === 0
              ? null
              : curveView(
                  scenario,
                  progress.faults,
                  progress.measurements,
                  predicted,
                  layout.columns,
                  layout.curveRows,
                ),
          panels,
        };
  return {
    kind: 'full',
    layout,
    header: headerOf(state, size.columns),
    tab,
    help: state.help,
    menu: state.menu === null ? null : menuView(state.menu, panels?.faults ?? [], panelsRoom.rows),
    stopping: state.stopping,
    notice: state.notice,
    body,
    thresholds: clip(state.thresholds, panelsRoom.thresholds),
    faults: clip(body?.panels.faults ?? [], panelsRoom.faults),
    conditions: clip(body?.panels.conditions ?? [], panelsRoom.conditions),
    events: state.events.slice(Math.max(0, state.events.length - eventsRows)).map(eventRow),
  };
}

/** Rows of the panels below the curve, and the numbers of thresholds, faults and conditions listed. */
interface PanelRoom {
  readonly rows: number;
  readonly thresholds: number;
  readonly faults: number;
  readonly conditions: number;
}

/** A title and eight states with their bars. */
const STATES_ROWS = 9;
/** Title or table head, and the four timings of an overview; states stand beside them. */
const NARROW_TABLE_ROWS = 5;
/** Refreshes beside the ledger, faults beside the generator. */
const NARROW_LINES_ROWS = 2;
/** Titles of thresholds, faults and generator, and the generator's two lines. */
const SIDE_FURNITURE_ROWS = 5;
/** Table head and seven timings, a title and what failed in each. */
const TIMINGS_ROWS = 16;
/** The three tallies of clients, stacked: lost, refreshes, ledger, each with its title. */
const CLIENTS_ROWS = 20;
/** Rows beside the tallies: states, stopped clients, and the title of the conditions. */
const CONDITIONS_BEGIN_ROWS = 14;
/** Height from which a list of events leaves half of the screen to the curve. */
const TALL_ROWS = 36;

function panelRoom({ tab, size, progress, thresholds, menu }: ScreenState, conditions: number): PanelRoom {
  const all = size.rows - 4;
  const none = { thresholds: 0, faults: 0, conditions: 0 };
  if (menu !== null) return { rows: menuRows(menu, size), ...none };
  if (progress === null) return { rows: all, ...none };
  switch (tab) {
    case 'overview':
      return layOut(size, 0).wide
        ? wideRoom(size, thresholds.length, progress.faults.length)
        : narrowRoom(size, thresholds.length);
    case 'timings':
      return { rows: TIMINGS_ROWS, ...none };
    case 'clients':
      return clientsRoom(size, conditions);
    case 'events':
      return { rows: size.rows < TALL_ROWS ? all : Math.floor(all / 2), ...none };
  }
}

function narrowRoom(size: Size, thresholds: number): PanelRoom {
  const fixed = NARROW_TABLE_ROWS + NARROW_LINES_ROWS;
  const rows = Math.min(Math.ceil(thresholds / 2), mostPanelRows(size) - fixed);
  return { rows: fixed + rows, thresholds: rows * 2, faults: 1, conditions: 0 };
}

function clientsRoom(size: Size, conditions: number): PanelRoom {
  const rows = Math.max(CLIENTS_ROWS, Math.min(mostPanelRows(size), CONDITIONS_BEGIN_ROWS + conditions));
  return { rows, thresholds: 0, faults: 0, conditions: rows - CONDITIONS_BEGIN_ROWS };
}

function wideRoom(size: Size, thresholds: number, faults: number): PanelRoom {
  const wanted = SIDE_FURNITURE_ROWS + Math.max(1, thresholds) + Math.max(1, faults);
  const rows = Math.max(STATES_ROWS, Math.min(mostPanelRows(size), wanted));
  const lists = rows - SIDE_FURNITURE_ROWS;
  const faultRows = Math.min(Math.max(1, faults), Math.max(1, Math.floor(lists / 2)), lists - 1);
  return { rows, thresholds: lists - faultRows, faults: faultRows, conditions: 0 };
}

/** Clips a list to `rows`; the last row counts the items left out, if any. */
function clip<T>(items: readonly T[], rows: number): Clipped<T> {
  if (items.length <= rows) return { shown: items, more: 0 };
  const shown = items.slice(0, Math.max(0, rows - 1));
  return { shown, more: items.length - shown.length };
}

const PHASES: Readonly<Record<Phase, string>> = {
  preparing: 'preparing',
  running: 'running',
  'winding-down': 'winding down',
  done: 'done',
};

function headerOf(state: ScreenState, columns: number): HeaderView {
  const { scenario, progress } = state;
  const elapsedMs = progress?.measurements.elapsedMs ?? 0;
  const time = `${timeText(elapsedMs)} / ${timeText(scenario.durationMs)}`.padStart(TIME_COLUMNS);
  return {
    name: clean(scenario.name),
    phase: progress === null ? preparingText(state) : PHASES[progress.phase],
    facts: `${targetText(scenario)}  seed ${scenario.seed}`,
    bar: barText(elapsedMs / scenario.durationMs, columns - time.length - GAP_COLUMNS, '░'),
    time,
  };
}

/** What the run waits for before its start, and for how long it has: `preparing (12.3s): 3 of 4 shards are ready`. */
function preparingText({ waitedMs, events }: Pick<ScreenState, 'waitedMs' | 'events'>): string {
  if (waitedMs === null) return PHASES.preparing;
  const latest = events.findLast(({ kind }) => kind === 'phase')?.message;
  return `${PHASES.preparing} ${waitedText(waitedMs)}${latest === undefined || latest === PHASES.preparing ? '' : `: ${clean(latest)}`}`;
}

/** Columns for two times of maximum length, so that the bar keeps its length. */
const TIME_COLUMNS = 15;
/** Maximum length of the host name, in characters. */
const TARGET_CHARS = 32;

function targetText({ target }: Scenario): string {
  if (target.kind === 'embedded') return 'embedded target';
  // Only the host is shown, since a path or query may hold a key.
  return URL.canParse(target.url) ? clean(new URL(target.url).host, TARGET_CHARS) : 'url';
}

function eventRow({ atMs, kind, message, waitedMs }: ScreenEvent): EventRow {
  return {
    time: waitedMs === undefined ? timeText(atMs) : waitedText(waitedMs),
    message: clean(message),
    tone: EVENT_TONES[kind],
  };
}

const EVENT_TONES: Readonly<Record<RunEvent['kind'], EventRow['tone']>> = {
  phase: 'plain',
  'fault-begin': 'fault',
  'fault-end': 'fault',
  warning: 'warning',
  'target-died': 'warning',
  'target-restarted': 'plain',
  aborted: 'warning',
  interrupted: 'warning',
};

function tooSmall(state: ScreenState): TooSmallView {
  const { size, progress } = state;
  const need = `squall draws from ${SMALLEST.columns}x${SMALLEST.rows}; this is ${size.columns}x${size.rows}`;
  const numbers = progress === null ? preparingText(state) : readOne(progress.measurements);
  return { kind: 'too-small', lines: [need, numbers, 'q wind down'].slice(0, Math.max(1, size.rows - 1)) };
}

/** The run's numbers in one short line. */
function readOne(measurements: Measurements): string {
  const ready = readyNow(measurements.curves);
  const attempts = countText(rateNow(measurements, 'attempts'));
  const unknown = unknownNow(measurements.curves);
  const unseen = unknown === 0 ? '' : `, ${unknown} unknown`;
  return `${timeText(measurements.elapsedMs)}  ready ${ready}/${measurements.planned}${unseen}  attempts ${attempts}/s`;
}

const STATUSES: Readonly<Record<ThresholdOutcome, ThresholdRow['status']>> = {
  passed: 'ok',
  failed: 'failing',
  open: 'open',
  'no data': 'no data',
};

/** The current state of each threshold; empty before the first progress. */
export function thresholdRows(scenario: Scenario, progress: Progress | null): readonly ThresholdRow[] {
  if (progress === null || scenario.thresholds.length === 0) return [];
  return evaluateRun(scenario, progress.measurements).thresholds.map((threshold) => ({
    status: STATUSES[thresholdOutcome(threshold)],
    expression: threshold.expression,
    value: threshold.text,
  }));
}
