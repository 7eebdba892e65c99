import { Box, Text } from 'ink';
import type { ReactNode } from 'react';

/** The properties of a component that fills the width of one panel. */
export type InPanel<Content> = Readonly<Content> & { readonly columns: number };

/** A panel's title with a rule to the panel's right edge. */
export function Title({ text, columns }: InPanel<{ text: string }>): ReactNode {
  return (
    <Text wrap="truncate-end">
      <Text bold>{text}</Text>
      <Text dimColor>{` ${'─'.repeat(Math.max(0, columns - text.length - 1))}`}</Text>
    </Text>
  );
}

/** A panel of several lines below a title. */
export function Panel({ title, columns, children }: InPanel<{ title: string; children: ReactNode }>): ReactNode {
  return (
    <Box flexDirection="column" width={columns}>
      <Title text={title} columns={columns} />
      {children}
    </Box>
  );
}

/** A panel of one line. */
export function PanelLine({ columns, children }: InPanel<{ children: ReactNode }>): ReactNode {
  return (
    <Box width={columns}>
      <Text wrap="truncate-end">{children}</Text>
    </Box>
  );
}
