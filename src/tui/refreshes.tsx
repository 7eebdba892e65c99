import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import type { Refreshes as RefreshesData } from './panels.ts';

interface RefreshesProps {
  readonly refreshes: RefreshesData;
  readonly columns: number;
}

/** Token refreshes in one line. */
export function Refreshes({ refreshes, columns }: RefreshesProps): ReactNode {
  return (
    <Box width={columns}>
      <Text wrap="truncate-end">
        <Text bold>{`${refreshes.name} `}</Text>
        {`${refreshes.perSecond}/s got ${refreshes.got} `}
        <Text {...(refreshes.failed.bad ? { color: 'red' } : {})}>{`failed ${refreshes.failed.count}`}</Text>
      </Text>
    </Box>
  );
}
