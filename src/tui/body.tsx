import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Clients } from './clients.tsx';
import { Curve } from './curve.tsx';
import { Events } from './events.tsx';
import { Help } from './help.tsx';
import { InjectMenu } from './inject/inject-menu.tsx';
import type { MenuView } from './inject/menu-view.ts';
import { GAP_COLUMNS } from './layout.ts';
import { NarrowOverview, WideOverview } from './overview.tsx';
import { Tallies } from './tallies.tsx';
import { FullTimings } from './timings.tsx';
import type { BodyView, FullView } from './view-model.ts';

/** The area between header and footer: the help, or the curve above the menu or the current panels. */
export function Body({ view }: { readonly view: FullView }): ReactNode {
  const { columns, eventsRows } = view.layout;
  if (view.menu !== null) return <BodyWithMenu view={view} menu={view.menu} />;
  if (view.help) return <Help columns={columns} />;
  if (view.body === null) return <Events events={view.events} columns={columns} />;
  return (
    <>
      {view.body.curve === null ? null : <Curve curve={view.body.curve} />}
      <View view={view} body={view.body} />
      {eventsRows === 0 || view.tab === 'events' ? null : <Events events={view.events} columns={columns} />}
    </>
  );
}

function BodyWithMenu({ view, menu }: { readonly view: FullView; readonly menu: MenuView }): ReactNode {
  const { layout, body, events } = view;
  return (
    <>
      {body === null || body.curve === null ? null : <Curve curve={body.curve} />}
      <InjectMenu menu={menu} layout={layout} />
      {layout.eventsRows === 0 ? null : <Events events={events} columns={layout.columns} />}
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
