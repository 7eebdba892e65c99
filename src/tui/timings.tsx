import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import type { TimingRow } from './panels.ts';
import { left, right } from './text.ts';
import { Title, type InPanel } from './panel.tsx';

/** Columns of a name, of each figure, and of the failures. */
const NARROW = { name: 9, figure: 6, failed: 6 };
const WIDE = { name: 14, figure: 8, failed: 8 };
const QUANTILES = ['p50', 'p90', 'p99', 'max'] as const;
const ALL_FIGURES = ['count', 'p50', 'p90', 'p99', 'p999', 'max'] as const;

type TimingsProps = InPanel<{ timings: readonly TimingRow[] }>;

/** Four quantiles of each timing, and beside them how often it never came to an end. */
export function Timings({ timings, columns }: TimingsProps): ReactNode {
  const widths = columns >= WIDE.name + 4 * WIDE.figure + WIDE.failed ? WIDE : NARROW;
  return (
    <Box flexDirection="column" width={columns}>
      <Rows timings={timings} figures={QUANTILES} widths={widths} />
    </Box>
  );
}

/** Every timing with all its figures, and below them what failed, by reason. */
export function FullTimings({ timings, columns }: TimingsProps): ReactNode {
  return (
    <Box flexDirection="column" width={columns}>
      <Rows timings={timings} figures={ALL_FIGURES} widths={WIDE} />
      <Title text="failed, by reason" columns={columns} />
      {timings
        .filter(({ failed: n }) => n !== '')
        .map((row) => (
          <Text key={row.name} wrap="truncate-end">
            {`${left(row.name, WIDE.name)}${row.reasons === '' ? 'none' : row.reasons}`}
          </Text>
        ))}
    </Box>
  );
}

interface RowsProps {
  readonly timings: readonly TimingRow[];
  readonly figures: typeof QUANTILES | typeof ALL_FIGURES;
  readonly widths: typeof WIDE;
}

function Rows({ timings, figures, widths: { name, figure, failed } }: RowsProps): ReactNode {
  const head = figures.map((each) => right(each === 'p999' ? 'p99.9' : each, figure)).join('');
  return (
    <>
      <Text bold wrap="truncate-end">
        {left('timings', name) + head + right('fails', failed)}
      </Text>
      {timings.map((row, index) => (
        <Text key={`${index} ${row.name}`} wrap="truncate-end">
          {left(row.name, name) + figures.map((each) => right(row[each], figure)).join('')}
          <Failed text={row.failed} columns={failed} />
        </Text>
      ))}
    </>
  );
}

function Failed({ text, columns }: InPanel<{ text: string }>): ReactNode {
  return text === '0' ? right(text, columns) : <Text color="red">{right(text, columns)}</Text>;
}
