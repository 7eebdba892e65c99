import { Text } from 'ink';
import type { ReactNode } from 'react';

/** A panel's title with a rule to the panel's right edge. */
export function Title({ text, columns }: { readonly text: string; readonly columns: number }): ReactNode {
  return (
    <Text wrap="truncate-end">
      <Text bold>{text}</Text>
      <Text dimColor>{` ${'─'.repeat(Math.max(0, columns - text.length - 1))}`}</Text>
    </Text>
  );
}
