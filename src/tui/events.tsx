import { Text } from 'ink';
import type { ReactNode } from 'react';
import { right } from './text.ts';
import { Panel, type InPanel } from './panel.tsx';
import type { EventRow } from './view-model.ts';

const TIME_COLUMNS = 8;
const MARKS: Readonly<Record<EventRow['tone'], { readonly mark: string; readonly color: string }>> = {
  plain: { mark: '·', color: 'white' },
  fault: { mark: '▒', color: 'red' },
  warning: { mark: '!', color: 'yellow' },
};

/** The events of the run, newest last. */
export function Events({ events, columns }: InPanel<{ events: readonly EventRow[] }>): ReactNode {
  return (
    <Panel title="events" columns={columns}>
      {events.map((event, i) => (
        // Events are identified by their order only.
        <Text key={i} wrap="truncate-end">
          <Text dimColor>{right(event.time, TIME_COLUMNS)}</Text>
          <Text color={MARKS[event.tone].color}>{` ${MARKS[event.tone].mark} `}</Text>
          {event.message}
        </Text>
      ))}
    </Panel>
  );
}
