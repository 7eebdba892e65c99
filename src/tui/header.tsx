import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import type { HeaderView } from './view-model.ts';

/** The scenario, its target, and the progress of the run. */
export function Header({ header }: { readonly header: HeaderView }): ReactNode {
  return (
    <Box flexDirection="column">
      <Box justifyContent="space-between">
        <Text wrap="truncate-end">
          <Text bold>{header.name}</Text>
          {`  ${header.phase}`}
        </Text>
        <Box flexShrink={0}>
          <Text dimColor>{header.facts}</Text>
        </Box>
      </Box>
      <Text wrap="truncate-end">
        <Text color="cyan">{header.bar}</Text>
        {`  ${header.time}`}
      </Text>
    </Box>
  );
}
