import type { Fault } from '../core/fault/fault.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { injectionOf, moveMenu, openMenu, type Menu, type MenuKey } from './inject/menu.ts';

/** The views, in the order of their keys. */
export const TABS = ['overview', 'timings', 'clients', 'events'] as const;
export type Tab = (typeof TABS)[number];

/** The state of the screen that keys change. */
export interface Chosen {
  readonly tab: Tab;
  readonly help: boolean;
  /** the menu of faults; null while it is closed */
  readonly menu: Menu | null;
  /** true once the user asked for the end */
  readonly stopping: boolean;
}

/** `wind-down`: `q`, or ctrl-C once; `now`: ctrl-C after that. */
export type Quit = 'wind-down' | 'now';

/** A request of a key that the caller carries out. */
export type Ask =
  | { readonly kind: 'quit'; readonly how: Quit }
  | { readonly kind: 'inject'; readonly fault: Fault; readonly text: string }
  /** a notice to show */
  | { readonly kind: 'tell'; readonly text: string };

export interface Pressed {
  readonly chosen: Chosen;
  readonly ask: Ask | null;
}

export interface KeysContext {
  readonly scenario: Scenario;
  /** the reason why no fault can be injected; null if possible */
  readonly noFaults: string | null;
}

/** A character, or a key that has none. */
export type Key = string;
export const CTRL_C = '\x03';
export const ENTER = '\r';
export const ESCAPE = '\x1b';

export const AT_FIRST: Chosen = { tab: 'overview', help: false, menu: null, stopping: false };

/** The new state of the screen after a key, and the request if there is one. */
export function press(chosen: Chosen, key: Key, context: KeysContext): Pressed {
  if (key === CTRL_C) return quit(chosen, chosen.stopping ? 'now' : 'wind-down');
  if (chosen.menu !== null) return pressInMenu(chosen, chosen.menu, key);
  const tab = TABS[Number(key) - 1];
  if (tab !== undefined) return only({ ...chosen, tab, help: false });
  switch (key) {
    case '?':
      return only({ ...chosen, help: !chosen.help });
    case ESCAPE:
      return only({ ...chosen, help: false });
    case 'q':
      return chosen.stopping ? only(chosen) : quit(chosen, 'wind-down');
    case 'f':
      return askForMenu(chosen, context);
    default:
      return only(chosen);
  }
}

const MOVES: Readonly<Record<string, MenuKey>> = {
  up: 'up',
  k: 'up',
  down: 'down',
  j: 'down',
  left: 'left',
  h: 'left',
  right: 'right',
  l: 'right',
};

function pressInMenu(chosen: Chosen, menu: Menu, key: Key): Pressed {
  const move = MOVES[key];
  if (move !== undefined) return only({ ...chosen, menu: moveMenu(menu, move) });
  if (key === ESCAPE || key === 'f') return only({ ...chosen, menu: null });
  const injection = key === ENTER ? injectionOf(menu) : null;
  if (injection === null) return only(chosen);
  return { chosen: { ...chosen, menu: null }, ask: { kind: 'inject', ...injection } };
}

function askForMenu(chosen: Chosen, { scenario, noFaults }: KeysContext): Pressed {
  const why = chosen.stopping ? 'the run is winding down: no fault can be injected any more' : noFaults;
  if (why !== null) return { chosen, ask: { kind: 'tell', text: why } };
  return only({ ...chosen, help: false, menu: openMenu(scenario) });
}

function quit(chosen: Chosen, how: Quit): Pressed {
  return { chosen: { ...chosen, menu: null, stopping: true }, ask: { kind: 'quit', how } };
}

function only(chosen: Chosen): Pressed {
  return { chosen, ask: null };
}
