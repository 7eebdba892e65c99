import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import type { Tally } from './panels.ts';

/** The entries with room on one line; the view of clients has all. */
const SHORT: ReadonlyMap<string, string> = new Map([
  ['sent', ''],
  ['acknowledged', 'ack'],
  ['lost', 'lost'],
  ['duplicated', 'dup'],
]);

/** The command ledger in one line. */
export function Ledger({
  ledger,
  columns,
}: {
  readonly ledger: readonly Tally[] | null;
  readonly columns: number;
}): ReactNode {
  return (
    <Box width={columns}>
      <Text wrap="truncate-end">
        <Text bold>commands</Text>
        {ledger === null ? ' none in this scenario' : ledger.map((tally) => <Entry key={tally.name} tally={tally} />)}
      </Text>
    </Box>
  );
}

function Entry({ tally }: { readonly tally: Tally }): ReactNode {
  const name = SHORT.get(tally.name);
  if (name === undefined) return null;
  return <Text {...(tally.bad ? { color: 'red' } : {})}>{` ${name}${name === '' ? '' : ' '}${tally.count}`}</Text>;
}
