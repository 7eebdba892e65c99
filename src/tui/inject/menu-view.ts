import type { FaultRow } from '../panels.ts';
import { mostPanelRows, type Size } from '../layout.ts';
import { itemsOf, MENU_COLUMNS, modeOf, placeIn, type Menu, type MenuColumn, type MenuItem } from './menu.ts';

/** The menu as shown on screen. */
export interface MenuView {
  readonly lists: readonly MenuList[];
  /** the effect of the chosen fault, or the reason why it cannot be injected */
  readonly says: string;
  /** the faults so far, if there is room beside the lists; latest last */
  readonly faults: readonly FaultRow[];
}

export interface MenuList {
  readonly column: MenuColumn;
  readonly title: string;
  readonly focused: boolean;
  readonly items: readonly (MenuItem & { readonly chosen: boolean })[];
}

/** Rows of the menu beside its lists: a title above and a line below. */
const FURNITURE_ROWS = 2;

/** Rows of the menu: enough for its longest list, within the rows available. */
export function menuRows(menu: Menu, size: Size): number {
  const longest = Math.max(
    menu.kinds.length,
    ...menu.kinds.flatMap(({ modes }) => [modes.length, ...modes.map(({ lengths }) => lengths.all.length)]),
  );
  return Math.min(mostPanelRows(size), longest + FURNITURE_ROWS);
}

/** @param rows of the whole menu */
export function menuView(menu: Menu, faults: readonly FaultRow[], rows: number): MenuView {
  const room = rows - FURNITURE_ROWS;
  return {
    lists: MENU_COLUMNS.map((column) => listOf(menu, column, room)),
    says: saidOf(menu),
    faults: faults.slice(-room),
  };
}

function listOf(menu: Menu, column: MenuColumn, room: number): MenuList {
  const items = itemsOf(menu, column);
  const place = placeIn(menu, column);
  const title = titleOf(menu, column);
  const from = Math.max(0, Math.min(items.length - room, place - Math.floor(room / 2)));
  const shown = items.slice(from, from + room);
  return {
    column,
    title: items.length > room ? `${title} ${place + 1}/${items.length}` : title,
    focused: column === menu.focus,
    items: shown.map((item, i) => ({ ...item, chosen: from + i === place })),
  };
}

/** `25%` below `of clients`. */
function titleOf(menu: Menu, column: MenuColumn): string {
  const { among } = modeOf(menu);
  return column === 'share' && among !== null ? `of ${among}` : column;
}

function saidOf(menu: Menu): string {
  const { does, whyNot } = modeOf(menu);
  return whyNot === null ? does : `not in this run: ${whyNot}`;
}
