import { Text } from 'ink';
import type { ReactNode } from 'react';
import { PanelLine, type InPanel } from './panel.tsx';
import type { Refreshes as RefreshesData, Tally } from './panels.ts';

/** Token refreshes in one line. */
export function Refreshes({ refreshes, columns }: InPanel<{ refreshes: RefreshesData }>): ReactNode {
  return (
    <PanelLine columns={columns}>
      <Text bold>{`${refreshes.name} `}</Text>
      {`${refreshes.perSecond}/s got ${refreshes.got} `}
      <Text {...(refreshes.failed.bad ? { color: 'red' } : {})}>{`failed ${refreshes.failed.count}`}</Text>
    </PanelLine>
  );
}

/** The entries with room on one line; the view of clients has all. */
const SHORT: ReadonlyMap<string, string> = new Map([
  ['sent', ''],
  ['acknowledged', 'ack'],
  ['lost', 'lost'],
  ['duplicated', 'dup'],
]);

/** The command ledger in one line. */
export function Ledger({ ledger, columns }: InPanel<{ ledger: readonly Tally[] | null }>): ReactNode {
  return (
    <PanelLine columns={columns}>
      <Text bold>commands</Text>
      {ledger === null ? ' none in this scenario' : ledger.map((tally) => <Entry key={tally.name} tally={tally} />)}
    </PanelLine>
  );
}

function Entry({ tally }: { readonly tally: Tally }): ReactNode {
  const name = SHORT.get(tally.name);
  if (name === undefined) return null;
  return <Text {...(tally.bad ? { color: 'red' } : {})}>{` ${name}${name === '' ? '' : ' '}${tally.count}`}</Text>;
}
