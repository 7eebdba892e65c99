import { Text } from 'ink';
import type { ReactNode } from 'react';
import { barText } from '../report/format.ts';
import type { StateRow } from './panels.ts';
import { left, right } from './text.ts';
import { Panel, type InPanel } from './panel.tsx';

/** The longest name is `authenticating`. */
const NAME_COLUMNS = 15;
/** The first states have names of at most ten characters. */
const SHORT_NAME_COLUMNS = 11;
const COUNT_COLUMNS = 5;

/** The number of clients in each state, with a bar for its share. */
export function Clients({ states, columns }: InPanel<{ states: readonly StateRow[] }>): ReactNode {
  const barColumns = columns - NAME_COLUMNS - COUNT_COLUMNS - 1;
  return (
    <Panel title="clients" columns={columns}>
      {states.map((state) => (
        <Text key={state.name} wrap="truncate-end">
          {left(state.name, NAME_COLUMNS)}
          <Text bold>{right(state.count, COUNT_COLUMNS)}</Text>
          <Text color="green">{` ${barText(state.share, barColumns, ' ')}`}</Text>
        </Text>
      ))}
    </Panel>
  );
}

/** The client states in half the rows: two per row, without bars. */
export function CompactClients({ states, columns }: InPanel<{ states: readonly StateRow[] }>): ReactNode {
  const half = Math.ceil(states.length / 2);
  return (
    <Panel title="clients" columns={columns}>
      {states.slice(0, half).map((state, i) => (
        <Text key={state.name} wrap="truncate-end">
          <StateCell state={state} nameColumns={SHORT_NAME_COLUMNS} />
          {'  '}
          <StateCell state={states[half + i]} nameColumns={NAME_COLUMNS} />
        </Text>
      ))}
    </Panel>
  );
}

function StateCell({ state, nameColumns }: { state: StateRow | undefined; nameColumns: number }): ReactNode {
  if (state === undefined) return null;
  return (
    <>
      {left(state.name, nameColumns)}
      <Text bold>{right(state.count, COUNT_COLUMNS)}</Text>
    </>
  );
}
