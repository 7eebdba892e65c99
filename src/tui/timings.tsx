import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import type { TimingRow } from './panels.ts';
import { left, right } from './text.ts';
import { Title, type InPanel } from './panel.tsx';

const NARROW = { name: 9, figure: 6, failed: 6 };
const WIDE = { name: 14, figure: 8, failed: 8 };
const FULL_COUNT_COLUMNS = 8;

type TimingsProps = InPanel<{ timings: readonly TimingRow[] }>;

/** Four quantiles of each timing, and beside them how often it never came to an end. */
export function Timings({ timings, columns }: TimingsProps): ReactNode {
  const { name, figure, failed } = columns >= WIDE.name + 4 * WIDE.figure + WIDE.failed ? WIDE : NARROW;
  const head = ['p50', 'p90', 'p99', 'max'].map((title) => right(title, figure)).join('');
  return (
    <Box flexDirection="column" width={columns}>
      <Text bold wrap="truncate-end">
        {left('timings', name) + head + right('fails', failed)}
      </Text>
      {timings.map((row) => (
        <Text key={row.name} wrap="truncate-end">
          {left(row.name, name)}
          {[row.p50, row.p90, row.p99, row.max].map((text) => right(text, figure)).join('')}
          <Failed text={row.failed} columns={failed} />
        </Text>
      ))}
    </Box>
  );
}

/** Every timing with all its figures, and below them what failed, by reason. */
export function FullTimings({ timings, columns }: TimingsProps): ReactNode {
  const { name, figure, failed } = WIDE;
  const head = ['p50', 'p90', 'p99', 'p99.9', 'max'].map((title) => right(title, figure)).join('');
  return (
    <Box flexDirection="column" width={columns}>
      <Text bold wrap="truncate-end">
        {left('timings', name) + right('count', FULL_COUNT_COLUMNS) + head + right('fails', failed)}
      </Text>
      {timings.map((row, index) => (
        <Text key={`${index} ${row.name}`} wrap="truncate-end">
          {left(row.name, name) + right(row.count, FULL_COUNT_COLUMNS)}
          {[row.p50, row.p90, row.p99, row.p999, row.max].map((text) => right(text, figure)).join('')}
          <Failed text={row.failed} columns={failed} />
        </Text>
      ))}
      <Title text="failed, by reason" columns={columns} />
      {timings
        .filter(({ failed: n }) => n !== '')
        .map((row) => (
          <Text key={row.name} wrap="truncate-end">
            {`${left(row.name, name)}${row.reasons === '' ? 'none' : row.reasons}`}
          </Text>
        ))}
    </Box>
  );
}

function Failed({ text, columns }: InPanel<{ text: string }>): ReactNode {
  return text === '0' ? right(text, columns) : <Text color="red">{right(text, columns)}</Text>;
}
