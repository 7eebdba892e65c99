/** The size of a terminal in characters. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Smallest supported terminal; a smaller one gets a message instead. */
export const SMALLEST: Size = { columns: 80, rows: 24 };

/** Width from which panels stand in three columns instead of two. */
const WIDE_COLUMNS = 126;

/** Blank columns between panels. */
export const GAP_COLUMNS = 2;

/** Rows of header and footer: title, progress bar, keys. */
const FRAME_ROWS = 3;
/** Minimum rows of the curve, including two titles, the axis and the faults' band. */
const LEAST_CURVE_ROWS = 10;
/** Rows of the curve from which further rows go to the latest events first. */
const AMPLE_CURVE_ROWS = 24;
/** Rows of the curve beside its two plots: two titles, the axis, the faults' band. */
export const CURVE_FURNITURE_ROWS = 4;
/** Minimum and maximum rows of the events: a title and two, or eight, events. */
const LEAST_EVENTS_ROWS = 3;
const MOST_EVENTS_ROWS = 9;

export interface Layout {
  readonly wide: boolean;
  /** all rows of the frame: one less than the terminal has, since a frame of full height flickers */
  readonly rows: number;
  readonly columns: number;
  /** 0 without room */
  readonly curveRows: number;
  /** rows of the events below the panels, including the title; 0 for none */
  readonly eventsRows: number;
  /** columns of one panel */
  readonly panelColumns: number;
}

/** Divides the rows of a terminal: the panels get `panelRows`, the curve gets the rest. */
export function layOut(size: Size, panelRows: number): Layout {
  const wide = size.columns >= WIDE_COLUMNS;
  const rows = size.rows - 1;
  const free = Math.max(0, rows - FRAME_ROWS - panelRows);
  const spare = Math.min(MOST_EVENTS_ROWS, free - AMPLE_CURVE_ROWS);
  const eventsRows = spare < LEAST_EVENTS_ROWS ? 0 : spare;
  const curveRows = free < LEAST_CURVE_ROWS ? 0 : free - eventsRows;
  const abreast = wide ? 3 : 2;
  return {
    wide,
    rows,
    columns: size.columns,
    curveRows,
    eventsRows,
    panelColumns: Math.floor((size.columns - GAP_COLUMNS * (abreast - 1)) / abreast),
  };
}

/** The maximum rows of the panels that leave the curve its minimum height. */
export function mostPanelRows(size: Size): number {
  return size.rows - 1 - FRAME_ROWS - LEAST_CURVE_ROWS;
}
