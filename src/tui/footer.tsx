import { Text } from 'ink';
import type { ReactNode } from 'react';
import { TABS, type Tab } from './view-model.ts';

/** The keys; the view on show is in brackets. */
export function Footer({ tab, stopping }: { readonly tab: Tab; readonly stopping: boolean }): ReactNode {
  return (
    <Text wrap="truncate-end">
      {stopping ? <Text bold>winding down, ctrl-C stops now</Text> : 'q wind down'}
      {'   ? help  '}
      {TABS.map((name, i) => (
        <Text key={name} bold={name === tab} dimColor={name !== tab}>
          {name === tab ? `[${i + 1} ${name}]` : ` ${i + 1} ${name} `}
        </Text>
      ))}
    </Text>
  );
}
