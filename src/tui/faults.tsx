import { Text } from 'ink';
import type { ReactNode } from 'react';
import type { FaultRow } from './panels.ts';
import { left, right } from './text.ts';
import { More } from './thresholds.tsx';
import { Panel, PanelLine, type InPanel } from './panel.tsx';
import type { Clipped } from './view-model.ts';

const LABEL_COLUMNS = 16;
const STATUS_COLUMNS = 8;

/** The planned faults with their times; begun faults show their hits. */
export function Faults({ faults, columns }: InPanel<{ faults: Clipped<FaultRow> }>): ReactNode {
  return (
    <Panel title="faults" columns={columns}>
      {faults.shown.length === 0 ? <Text dimColor>none planned</Text> : null}
      {faults.shown.map((fault, i) => (
        // Two faults may have the same text; their order never changes.
        <Text key={i} wrap="truncate-end">
          {left(fault.label, LABEL_COLUMNS)}
          <Text color={fault.status === 'now' ? 'red' : 'white'}>{left(fault.status, STATUS_COLUMNS)}</Text>
          {right(statusDetail(fault), columns - LABEL_COLUMNS - STATUS_COLUMNS)}
        </Text>
      ))}
      <More more={faults.more} />
    </Panel>
  );
}

/** The most relevant fault in one line: an active one, else the next, else the last. */
export function CompactFaults({ faults, columns }: InPanel<{ faults: readonly FaultRow[] }>): ReactNode {
  const fault =
    faults.find(({ status }) => status === 'now') ?? faults.find(({ status }) => status === 'planned') ?? faults.at(-1);
  return (
    <PanelLine columns={columns}>
      <Text bold>faults </Text>
      {fault === undefined
        ? 'none planned'
        : `${fault.label} ${fault.status}, ${fault.status === 'planned' ? `at ${fault.start}` : `hit ${fault.hits}`}`}
    </PanelLine>
  );
}

function statusDetail(fault: FaultRow): string {
  if (fault.status !== 'planned') return `hit ${fault.hits}`;
  return fault.end === null ? `at ${fault.start}` : `${fault.start} - ${fault.end}`;
}
