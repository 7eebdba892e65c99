import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Clients, CompactClients } from './clients.tsx';
import { CompactFaults, Faults } from './faults.tsx';
import { CompactGenerator, Generator } from './generator.tsx';
import { GAP_COLUMNS } from './layout.ts';
import { Title } from './panel.tsx';
import { overviewTimings, type Panels } from './panels.ts';
import { CompactThresholds, Thresholds } from './thresholds.tsx';
import { Timings } from './timings.tsx';
import { Ledger, Refreshes } from './tokens-and-commands.tsx';
import type { FullView } from './view-model.ts';

interface OverviewProps {
  readonly view: FullView;
  readonly panels: Panels;
}

/** Three columns of panels: timings, client states, thresholds. */
export function WideOverview({ view, panels }: OverviewProps): ReactNode {
  const columns = view.layout.panelColumns;
  return (
    <Box columnGap={GAP_COLUMNS}>
      <Box flexDirection="column" width={columns}>
        <Timings timings={overviewTimings(panels)} columns={columns} />
        <Title text="tokens and commands" columns={columns} />
        <Refreshes refreshes={panels.refreshes} columns={columns} />
        <Ledger ledger={panels.ledger} columns={columns} />
      </Box>
      <Clients states={panels.states} columns={columns} />
      <Box flexDirection="column" width={columns}>
        <Thresholds thresholds={view.thresholds} columns={columns} />
        <Faults faults={view.faults} columns={columns} />
        <Generator generator={panels.generator} columns={columns} />
      </Box>
    </Box>
  );
}

/** Two columns of panels with minimum height. */
export function NarrowOverview({ view, panels }: OverviewProps): ReactNode {
  const columns = view.layout.panelColumns;
  return (
    <>
      <Box columnGap={GAP_COLUMNS}>
        <Timings timings={overviewTimings(panels)} columns={columns} />
        <CompactClients states={panels.states} columns={columns} />
      </Box>
      <Box columnGap={GAP_COLUMNS}>
        <Refreshes refreshes={panels.refreshes} columns={columns} />
        <Ledger ledger={panels.ledger} columns={columns} />
      </Box>
      <Box columnGap={GAP_COLUMNS}>
        <CompactGenerator generator={panels.generator} columns={columns} />
        <CompactFaults faults={panels.faults} columns={columns} />
      </Box>
      <CompactThresholds thresholds={view.thresholds} columns={columns} />
    </>
  );
}
