import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseScenario } from '../../threshold/load-scenario.ts';
import { menuRows, menuView, type MenuList } from './menu-view.ts';
import { moveMenu, openMenu, type Menu, type MenuKey } from './menu.ts';

const SCENARIO = parseScenario(stringify({ duration: '30s', clients: { count: 10 } }), 's.yaml');
const SMALL = { columns: 80, rows: 24 };
const LARGE = { columns: 200, rows: 60 };

function after(...keys: readonly MenuKey[]): Menu {
  return keys.reduce(moveMenu, openMenu(SCENARIO));
}

function listIn(menu: Menu, column: string, rows: number): MenuList {
  const list = menuView(menu, [], rows).lists.find((each) => each.column === column);
  if (list === undefined) throw new Error(`no list of ${column}`);
  return list;
}

describe('menuView', () => {
  it('leaves the curve its least height in the smallest terminal, and shows all items in a large one', () => {
    const menu = openMenu(SCENARIO);
    expect(menuRows(menu, SMALL)).toBe(10);
    const rows = menuRows(menu, LARGE);
    expect(menuView(menu, [], rows).lists.map(({ title }) => title)).toEqual(['fault', 'mode', 'of clients', 'length']);
    expect(listIn(menu, 'mode', rows).items).toHaveLength(11);
  });

  it('scrolls a list that is too long, keeps the chosen entry in sight, and shows the position', () => {
    for (let downs = 0; downs <= 10; downs++) {
      const list = listIn(after('right', ...Array.from({ length: downs }, () => 'down' as const)), 'mode', 10);
      expect(list.title).toBe(`mode ${downs + 1}/11`);
      expect(list.items).toHaveLength(8);
      expect(list.items.filter(({ chosen }) => chosen)).toHaveLength(1);
    }
  });

  it('marks the list that the keys act on', () => {
    expect(menuView(after('right', 'right'), [], 10).lists.map(({ focused }) => focused)).toEqual([
      false,
      false,
      true,
      false,
    ]);
  });

  it('describes the chosen fault, or the reason why it cannot be injected', () => {
    expect(menuView(after('down', 'down'), [], 10).says).toBe('the gateway closes connections: service restart');
    const logout = after('down', 'down', 'down', 'down', 'down', 'down');
    expect(menuView(logout, [], 10).says).toBe('not in this run: nobody has a second device whose session could end');
  });

  it('shows the latest faults, as many as it has rows for', () => {
    const faults = Array.from({ length: 20 }, (_, n) => ({
      label: `drop ${n}`,
      start: '1.0s',
      end: null,
      status: 'over' as const,
      hits: '1/1',
    }));
    const shown = menuView(after(), faults, 10).faults;
    expect(shown).toHaveLength(8);
    expect(shown.at(-1)?.label).toBe('drop 19');
  });
});
