import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { GAP_COLUMNS } from './layout.ts';
import { apart, left } from './text.ts';
import { Panel, type InPanel } from './panel.tsx';
import type { Clipped, ThresholdRow } from './view-model.ts';

const MARKS: Readonly<Record<ThresholdRow['status'], { readonly mark: string; readonly color: string }>> = {
  ok: { mark: '✓', color: 'green' },
  failing: { mark: '✗', color: 'red' },
  open: { mark: '?', color: 'yellow' },
  'no data': { mark: '?', color: 'yellow' },
};
/** What a value needs at least; an expression that leaves it less is cut. */
const LEAST_VALUE_COLUMNS = 10;

type ThresholdsProps = InPanel<{ thresholds: Clipped<ThresholdRow> }>;

/** Each threshold with its value now. */
export function Thresholds({ thresholds, columns }: ThresholdsProps): ReactNode {
  return (
    <Panel title="thresholds" columns={columns}>
      {thresholds.shown.length === 0 ? <Text dimColor>none set</Text> : null}
      {thresholds.shown.map((row) => (
        <Threshold key={row.expression} row={row} columns={columns} />
      ))}
      <More more={thresholds.more} />
    </Panel>
  );
}

/** The same without a title, two abreast in panels of `columns`. */
export function CompactThresholds({ thresholds, columns }: ThresholdsProps): ReactNode {
  return (
    <Box flexWrap="wrap" columnGap={GAP_COLUMNS}>
      {thresholds.shown.map((row) => (
        <Box key={row.expression} width={columns}>
          <Threshold row={row} columns={columns} />
        </Box>
      ))}
      <More more={thresholds.more} />
    </Box>
  );
}

function Threshold({ row, columns }: InPanel<{ row: ThresholdRow }>): ReactNode {
  const { mark, color } = MARKS[row.status];
  const expressionColumns = Math.min(row.expression.length, columns - LEAST_VALUE_COLUMNS - 2);
  const valueColumns = columns - expressionColumns - 2;
  // What must be known beside the value stands behind it in brackets, and is shown where there is room.
  const value = row.value.length < valueColumns ? row.value : (row.value.split(' (')[0] ?? '');
  return (
    <Text wrap="truncate-end">
      <Text color={color}>{mark}</Text>
      {` ${left(row.expression, expressionColumns)}`}
      <Text bold color={color}>
        {apart(value, valueColumns)}
      </Text>
    </Text>
  );
}

/** How many items a list leaves out. */
export function More({ more }: { readonly more: number }): ReactNode {
  return more === 0 ? null : <Text dimColor>{`and ${more} more`}</Text>;
}
