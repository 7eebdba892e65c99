import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Clients } from './clients.tsx';
import { Faults } from './faults.tsx';
import { Generator } from './generator.tsx';
import { GAP_COLUMNS } from './layout.ts';
import { Ledger } from './ledger.tsx';
import { overviewTimings, type Panels } from './panels.ts';
import { Refreshes } from './refreshes.tsx';
import { Thresholds } from './thresholds.tsx';
import { Timings } from './timings.tsx';
import { Title } from './title.tsx';
import type { FullView } from './view-model.ts';

/** Three columns of panels: timings, client states, thresholds. */
export function WideOverview({ view, panels }: { readonly view: FullView; readonly panels: Panels }): ReactNode {
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
