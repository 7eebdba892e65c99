import { Text } from 'ink';
import type { ReactNode } from 'react';
import { TABS, type Tab } from './keys.ts';

interface FooterProps {
  readonly tab: Tab;
  readonly stopping: boolean;
  readonly inMenu: boolean;
  /** shown for a while instead of the keys; null for none */
  readonly notice: string | null;
}

/** The keys; the current view is in brackets. */
export function Footer({ tab, stopping, inMenu, notice }: FooterProps): ReactNode {
  if (notice !== null) {
    return (
      <Text bold wrap="truncate-end">
        {notice}
      </Text>
    );
  }
  if (inMenu) return <Text wrap="truncate-end">{'↑ ↓ choose   ← → next list   Enter inject now   Esc close'}</Text>;
  return (
    <Text wrap="truncate-end">
      {stopping ? <Text bold>winding down, ctrl-C stops now</Text> : 'q wind down'}
      {stopping ? '  ' : '  f faults  '}
      {'? help  '}
      {TABS.map((name, i) => (
        <Text key={name} bold={name === tab} dimColor={name !== tab}>
          {name === tab ? `[${i + 1} ${name}]` : ` ${i + 1} ${name} `}
        </Text>
      ))}
    </Text>
  );
}
