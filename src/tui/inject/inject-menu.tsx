import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { Faults } from '../faults.tsx';
import { GAP_COLUMNS, type Layout } from '../layout.ts';
import { left } from '../text.ts';
import { Panel, type InPanel } from '../panel.tsx';
import type { MenuColumn } from './menu.ts';
import type { MenuList, MenuView } from './menu-view.ts';

/** Columns of each list; the list of modes gets the rest of the smallest screen. */
const LIST_COLUMNS: Readonly<Record<MenuColumn, number>> = { fault: 13, mode: 36, share: 12, length: 13 };

/** The lists side by side and, on a wide screen, the latest faults. */
export function InjectMenu({ menu, layout }: { readonly menu: MenuView; readonly layout: Layout }): ReactNode {
  return (
    <Box flexDirection="column">
      <Box columnGap={GAP_COLUMNS}>
        {menu.lists.map((list) => (
          <List key={list.column} list={list} columns={LIST_COLUMNS[list.column]} />
        ))}
        {layout.wide ? <Faults faults={{ shown: menu.faults, more: 0 }} columns={layout.panelColumns} /> : null}
      </Box>
      <Text wrap="truncate-end">{menu.says}</Text>
    </Box>
  );
}

function List({ list, columns }: InPanel<{ list: MenuList }>): ReactNode {
  return (
    <Panel title={list.title} columns={columns}>
      {list.items.map(({ text, absent, chosen }, i) => (
        // Two items may have the same text; their order never changes.
        <Text key={i} dimColor={absent} bold={chosen} inverse={chosen && list.focused}>
          {left(`${chosen ? (list.focused ? '❯' : '·') : ' '} ${text}${absent ? ' ✗' : ''}`, columns)}
        </Text>
      ))}
    </Panel>
  );
}
