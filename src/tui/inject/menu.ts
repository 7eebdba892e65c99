import type { Fault } from '../../core/fault/fault.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { catalogueOf, faultOf, SHARES, type MenuKind, type MenuMode } from './catalogue.ts';

/** The menu for injecting a fault: lists side by side, each with one chosen item. */
export interface Menu {
  readonly kinds: readonly MenuKind[];
  /** the list that has the focus */
  readonly focus: MenuColumn;
  readonly chosen: Readonly<Record<MenuColumn, number>>;
}

export const MENU_COLUMNS = ['fault', 'mode', 'share', 'length'] as const;
export type MenuColumn = (typeof MENU_COLUMNS)[number];

export type MenuKey = 'up' | 'down' | 'left' | 'right';

/** An item of a list. */
export interface MenuItem {
  readonly text: string;
  /** true if this run cannot inject it */
  readonly absent: boolean;
}

/** The chosen fault, ready to inject. */
export interface Injection {
  readonly fault: Fault;
  /** `drop 1012 on 25% of clients` */
  readonly text: string;
}

const EVERYTHING: readonly string[] = ['all'];

export function openMenu(scenario: Scenario): Menu {
  const kinds = catalogueOf(scenario);
  return withUsualLength({ kinds, focus: 'fault', chosen: { fault: 0, mode: 0, share: 0, length: 0 } });
}

/** Moves within a list or to the next one; stops at the ends. */
export function moveMenu(menu: Menu, key: MenuKey): Menu {
  const step = key === 'up' || key === 'left' ? -1 : 1;
  if (key === 'left' || key === 'right') {
    const place = within(MENU_COLUMNS.indexOf(menu.focus) + step, MENU_COLUMNS.length);
    return { ...menu, focus: MENU_COLUMNS[place] ?? menu.focus };
  }
  const { focus } = menu;
  // The chosen share is kept while a fault without a share is selected.
  if (focus === 'share' && modeOf(menu).among === null) return menu;
  const place = within(menu.chosen[focus] + step, itemsOf(menu, focus).length);
  if (place === menu.chosen[focus]) return menu;
  if (focus === 'fault') return withUsualLength({ ...menu, chosen: { ...menu.chosen, fault: place, mode: 0 } });
  const next = { ...menu, chosen: { ...menu.chosen, [focus]: place } };
  return modeOf(next).lengths === modeOf(menu).lengths ? next : withUsualLength(next);
}

export function itemsOf(menu: Menu, column: MenuColumn): readonly MenuItem[] {
  const kind = kindOf(menu);
  switch (column) {
    case 'fault':
      return menu.kinds.map(({ kind: text, modes }) => ({
        text,
        absent: modes.every(({ whyNot }) => whyNot !== null),
      }));
    case 'mode':
      return kind.modes.map(({ name, whyNot }) => ({ text: name, absent: whyNot !== null }));
    case 'share':
      return (modeOf(menu).among === null ? EVERYTHING : SHARES).map(present);
    case 'length':
      return modeOf(menu).lengths.all.map(({ text }) => present(text));
  }
}

/** The index of the chosen item of a list. */
export function placeIn(menu: Menu, column: MenuColumn): number {
  return within(menu.chosen[column], itemsOf(menu, column).length);
}

/** The chosen kind's chosen mode. */
export function modeOf(menu: Menu): MenuMode {
  return kindOf(menu).modes[menu.chosen.mode]!;
}

/** The chosen injection; null if this run cannot inject it. */
export function injectionOf(menu: Menu): Injection | null {
  const { kind } = kindOf(menu);
  const { name, among, keys, whyNot, lengths } = modeOf(menu);
  if (whyNot !== null) return null;
  const share = among === null ? null : SHARES[menu.chosen.share]!;
  const length = lengths.all[menu.chosen.length]!;
  const whom = share === null ? '' : ` on ${share} of ${among}`;
  const howLong = length.written === null ? '' : ` for ${length.written}`;
  return { fault: faultOf(keys, share, length), text: `${kind} ${name}${whom}${howLong}` };
}

function withUsualLength(menu: Menu): Menu {
  return { ...menu, chosen: { ...menu.chosen, length: modeOf(menu).lengths.usual } };
}

function kindOf(menu: Menu): MenuKind {
  return menu.kinds[menu.chosen.fault]!;
}

function present(text: string): MenuItem {
  return { text, absent: false };
}

function within(place: number, length: number): number {
  return Math.max(0, Math.min(length - 1, place));
}
