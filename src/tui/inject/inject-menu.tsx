import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { Faults } from '../faults.tsx';
import { GAP_COLUMNS, type Layout } from '../layout.ts';
import { left } from '../text.ts';
import { Title } from '../title.tsx';
import type { MenuColumn } from './menu.ts';
import type { MenuList, MenuView } from './menu-view.ts';

/** The list of modes has whatever the others leave of the smallest screen. */
const LIST_COLUMNS: Readonly<Record<MenuColumn, number>> = { fault: 13, mode: 36, share: 12, length: 13 };

/** The lists beside each other, and where the screen is wide the faults so far. */
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

function List({ list, columns }: { readonly list: MenuList; readonly columns: number }): ReactNode {
  return (
    <Box flexDirection="column" width={columns}>
      <Title text={list.title} columns={columns} />
      {list.items.map(({ text, absent, chosen }, i) => (
        // Two faults may read alike; their order never changes.
        <Text key={i} dimColor={absent} bold={chosen} inverse={chosen && list.focused}>
          {left(`${chosen ? (list.focused ? '❯' : '·') : ' '} ${text}${absent ? ' ✗' : ''}`, columns)}
        </Text>
      ))}
    </Box>
  );
}
