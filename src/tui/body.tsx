import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Clients } from './clients.tsx';
import { Curve } from './curve.tsx';
import { Events } from './events.tsx';
import { Help } from './help.tsx';
import { InjectMenu } from './inject/inject-menu.tsx';
import { GAP_COLUMNS } from './layout.ts';
import { NarrowOverview, WideOverview } from './overview.tsx';
import { Tallies } from './tallies.tsx';
import { FullTimings } from './timings.tsx';
import type { BodyView, FullView } from './view-model.ts';

/** The area between header and footer: the help, or the curve above the menu or the current panels. */
export function Body({ view }: { readonly view: FullView }): ReactNode {
  const { layout, tab, menu, body, events } = view;
  const { columns, eventsRows } = layout;
  if (menu === null && view.help) return <Help columns={columns} />;
  if (menu === null && body === null) return <Events events={events} columns={columns} />;
  const hasEvents = eventsRows > 0 && (menu !== null || tab !== 'events');
  return (
    <>
      {body === null || body.curve === null ? null : <Curve curve={body.curve} />}
      {menu === null ? null : <InjectMenu menu={menu} layout={layout} />}
      {menu !== null || body === null ? null : <View view={view} body={body} />}
      {hasEvents ? <Events events={events} columns={columns} /> : null}
    </>
  );
}

function View({ view, body }: { readonly view: FullView; readonly body: BodyView }): ReactNode {
  const { columns, wide } = view.layout;
  switch (view.tab) {
    case 'overview':
      return wide ? (
        <WideOverview view={view} panels={body.panels} />
      ) : (
        <NarrowOverview view={view} panels={body.panels} />
      );
    case 'timings':
      return <FullTimings timings={body.panels.timings} columns={columns} />;
    case 'clients':
      return <ClientsView view={view} body={body} />;
    case 'events':
      return <Events events={view.events} columns={columns} />;
  }
}

function ClientsView({ view, body }: { readonly view: FullView; readonly body: BodyView }): ReactNode {
  const columns = Math.floor((view.layout.columns - GAP_COLUMNS) / 2);
  const { states, stopped, lost, refreshes, ledger } = body.panels;
  const { conditions } = view;
  return (
    <Box columnGap={GAP_COLUMNS}>
      <Box flexDirection="column" width={columns}>
        <Clients states={states} columns={columns} />
        <Tallies title="stopped for good" tallies={stopped} columns={columns} />
        {conditions.shown.length === 0 ? null : (
          <Tallies title={titleOf(conditions)} tallies={conditions.shown} columns={columns} />
        )}
      </Box>
      <Box flexDirection="column" width={columns}>
        <Tallies title="connections lost" tallies={lost} columns={columns} />
        <Tallies title={refreshes.title} tallies={refreshes.tallies} columns={columns} />
        {ledger === null ? null : <Tallies title="commands" tallies={ledger} columns={columns} />}
      </Box>
    </Box>
  );
}

function titleOf({ more }: FullView['conditions']): string {
  return more === 0 ? 'in the way' : `in the way (${more} more)`;
}
