import { Text } from 'ink';
import type { ReactNode } from 'react';
import type { Tally } from './panels.ts';
import { left, right } from './text.ts';
import { Panel, type InPanel } from './panel.tsx';

const NAME_COLUMNS = 22;
const COUNT_COLUMNS = 7;

/** A titled list of counts. */
export function Tallies({ title, tallies, columns }: InPanel<{ title: string; tallies: readonly Tally[] }>): ReactNode {
  return (
    <Panel title={title} columns={columns}>
      {tallies.map(({ name, count, bad, aside }) => (
        <Text key={name} wrap="truncate-end">
          {left(name, NAME_COLUMNS)}
          <Text bold {...(bad ? { color: 'red' } : {})}>
            {right(count, COUNT_COLUMNS)}
          </Text>
          {aside === '' ? '' : ` ${aside}`}
        </Text>
      ))}
    </Panel>
  );
}
