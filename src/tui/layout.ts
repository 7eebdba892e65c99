/** The size of a terminal in characters. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Below this the screen says so in place of a picture. */
export const SMALLEST: Size = { columns: 80, rows: 24 };

/** From here on the panels stand in three columns instead of two. */
const WIDE_COLUMNS = 126;

/** Blank columns between panels. */
export const GAP_COLUMNS = 2;

/** Title and progress bar above, keys below. */
const FRAME_ROWS = 3;
/** A curve lower than this says nothing; the two titles, the axis and the faults' band are within. */
const LEAST_CURVE_ROWS = 10;
/** From here on rows go to the latest events before the curve grows further. */
const AMPLE_CURVE_ROWS = 24;
/** What the curve has beside its two plots: two titles, the axis, the faults' band. */
export const CURVE_FURNITURE_ROWS = 4;
/** A title and two events; a title and eight. */
const LEAST_EVENTS_ROWS = 3;
const MOST_EVENTS_ROWS = 9;

export interface Layout {
  readonly wide: boolean;
  /** all rows of the frame: one less than the terminal has, since a frame of full height flickers */
  readonly rows: number;
  readonly columns: number;
  /** 0 where there is no room for it */
  readonly curveRows: number;
  /** rows of a list of events below the panels, its title among them; 0 for none */
  readonly eventsRows: number;
  /** columns of one panel */
  readonly panelColumns: number;
}

/** Deals out the rows of a terminal: `panelRows` are what the panels of a view need, the curve gets what they leave. */
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

/** The most rows that the panels of a view may take and leave the curve its least height. */
export function mostPanelRows(size: Size): number {
  return size.rows - 1 - FRAME_ROWS - LEAST_CURVE_ROWS;
}
