import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { PREDICTED_MARK } from './curve-view.ts';
import { left } from './text.ts';
import { Title, type InPanel } from './panel.tsx';

const KEYS = [
  ['q', 'wind down: end the run early, keep the results so far'],
  ['ctrl-C', 'once: wind down; twice: stop now'],
  ['f', 'faults: break something now, from a menu'],
  ['1 2 3 4', 'overview, timings, clients, events'],
  ['? Esc', 'close this help'],
] as const;

const WORDS = [
  ['attempts/s', 'tries to connect within a second; it peaks at peak(attempts)'],
  ['ready', 'connected and authenticated, commands may be sent'],
  [PREDICTED_MARK, 'what a simulation expected before the run (--predict)'],
  ['▒', 'a fault acts during this time'],
  ['✓ ✗ ?', 'threshold holds, fails, has no data yet'],
  ['fails', 'never came to an end; not part of the quantiles beside it'],
  ['saturated', 'squall is late: what that leaves open stays undecided'],
] as const;

const KEY_COLUMNS = 12;

export function Help({ columns }: { readonly columns: number }): ReactNode {
  return (
    <Box flexDirection="column" width={columns} rowGap={1}>
      <Entries title="keys" entries={KEYS} columns={columns} />
      <Entries title="on screen" entries={WORDS} columns={columns} />
    </Box>
  );
}

type EntriesProps = InPanel<{ title: string; entries: readonly (readonly [string, string])[] }>;

function Entries({ title, entries, columns }: EntriesProps): ReactNode {
  return (
    <Box flexDirection="column">
      <Title text={title} columns={columns} />
      {entries.map(([key, meaning]) => (
        <Text key={key} wrap="truncate-end">
          <Text bold>{left(key, KEY_COLUMNS)}</Text>
          {meaning}
        </Text>
      ))}
    </Box>
  );
}
