import { type Connection, type onAuthenticatePayload, type onTokenSyncPayload, Server } from '@hocuspocus/server';
import { ContentAny, decodeUpdate, Item } from 'yjs';
import { accessCheck, type Access, type AccessOptions } from './access.ts';
import type { Counts } from './counts.ts';
import { cutOf, HOST, type Served } from './served.ts';

/** Hocuspocus, whose documents are opened with JWTs, and closed when they expire. */
export interface HocuspocusOptions extends AccessOptions {
  /** whether clients may only read */
  readonly readOnly?: boolean;
  /** time before a token's expiry at which the server asks for another one, ms; default: it does not */
  readonly askMs?: number;
  /** whether a token that expires has no consequence */
  readonly ignoresExpiry?: boolean;
}

interface Context {
  readonly access: Access;
}

/** `Unauthorized` of @hocuspocus/common. */
const UNAUTHORIZED = { code: 4401, reason: 'Unauthorized' };
/** Kind of a synchronisation message that is an update (y-protocols, sync.js). */
const UPDATE = 2;

export async function hocuspocusServer(options: HocuspocusOptions, counts: Counts): Promise<Served> {
  const check = accessCheck(options);
  const timers = new WeakMap<Connection, readonly NodeJS.Timeout[]>();

  const stopWatching = (connection: Connection): void => timers.get(connection)?.forEach(clearTimeout);
  const watch = (connection: Connection, { expiresAt }: Access): void => {
    stopWatching(connection);
    if (options.ignoresExpiry === true) return;
    const left = expiresAt - Date.now();
    const expiry = setTimeout(() => {
      counts.add('expiries');
      connection.close(UNAUTHORIZED);
    }, left);
    const { askMs } = options;
    const asking = askMs === undefined ? [] : [setTimeout(() => connection.requestToken(), left - askMs)];
    timers.set(connection, [expiry, ...asking]);
  };

  const server = new Server<Context>({
    port: 0,
    address: HOST,
    quiet: true,
    stopOnSignals: false,
    onUpgrade: async () => counts.add('connections'),
    onAuthenticate: async ({ token, connectionConfig }: onAuthenticatePayload<Context>) => {
      try {
        const access = await check(token);
        counts.add('authenticated');
        connectionConfig.readOnly = options.readOnly === true;
        return { access };
      } catch {
        counts.add('joinsRefused');
        throw Object.assign(new Error('refused'), { reason: 'permission-denied' });
      }
    },
    connected: async ({ connection, context }) => {
      watch(connection, context.access);
      connection.onClose(() => stopWatching(connection));
    },
    onTokenSync: async ({ token, connection }: onTokenSyncPayload<Context>) => {
      try {
        watch(connection, await check(token));
        counts.add('renewals');
      } catch {
        counts.add('refused');
        throw UNAUTHORIZED as unknown as Error;
      }
    },
    beforeSync: async ({ type, payload, context }) => {
      if (type !== UPDATE) return;
      for (const id of commandsOf(payload)) {
        if (options.readOnly === true) counts.add('commandsRefused');
        else counts.command(context.access.user, id);
      }
    },
    beforeHandleAwareness: async () => counts.add('clientPings'),
  });
  const drop = cutOf(server.httpServer);
  await server.listen();
  return { port: server.address.port, drop };
}

/** Ids of the commands in an update: values of a map, each an object in JSON. */
function commandsOf(update: Uint8Array): readonly unknown[] {
  return decodeUpdate(update).structs.flatMap((struct) => {
    const values: readonly unknown[] =
      struct instanceof Item && struct.content instanceof ContentAny ? struct.content.arr : [];
    return values.map((value) => (JSON.parse(String(value)) as { readonly id?: unknown }).id);
  });
}
