import { Box } from 'ink';
import type { ReactNode } from 'react';
import { CompactClients } from './clients.tsx';
import { CompactFaults } from './faults.tsx';
import { CompactGenerator } from './generator.tsx';
import { GAP_COLUMNS } from './layout.ts';
import { Ledger } from './ledger.tsx';
import { overviewTimings, type Panels } from './panels.ts';
import { Refreshes } from './refreshes.tsx';
import { CompactThresholds } from './thresholds.tsx';
import { Timings } from './timings.tsx';
import type { FullView } from './view-model.ts';

/** Two columns of panels with minimum height. */
export function NarrowOverview({ view, panels }: { readonly view: FullView; readonly panels: Panels }): ReactNode {
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
