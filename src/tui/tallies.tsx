import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import type { Tally } from './panels.ts';
import { left, right } from './text.ts';
import { Title } from './title.tsx';

const NAME_COLUMNS = 22;
const COUNT_COLUMNS = 7;

interface TalliesProps {
  readonly title: string;
  readonly tallies: readonly Tally[];
  readonly columns: number;
}

/** A titled list of counts. */
export function Tallies({ title, tallies, columns }: TalliesProps): ReactNode {
  return (
    <Box flexDirection="column" width={columns}>
      <Title text={title} columns={columns} />
      {tallies.map(({ name, count, bad, aside }) => (
        <Text key={name} wrap="truncate-end">
          {left(name, NAME_COLUMNS)}
          <Text bold {...(bad ? { color: 'red' } : {})}>
            {right(count, COUNT_COLUMNS)}
          </Text>
          {aside === '' ? '' : ` ${aside}`}
        </Text>
      ))}
    </Box>
  );
}
