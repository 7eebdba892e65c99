import { startCentrifugoStandIn } from './centrifugo-stand-in.ts';
import { startNatsStandIn } from './nats-stand-in.ts';
import { launchServer, mintedAccess, type RealServer } from '../real-servers/start-server.ts';
import type { ForeignServer } from './trial.ts';

/** A target of a trial that is none of squall's. */
export interface ForeignTarget {
  /** URL of the gateway */
  readonly url: string;
  /** token source of its clients */
  readonly source: object;
  readonly stop: () => Promise<void>;
}

/** Port of a server that is only written into a scenario. */
const NO_PORT = 1;

export async function startForeignTarget(server: ForeignServer): Promise<ForeignTarget> {
  const { port, stop } = await launched(server);
  return { ...foreignTarget(server, port), stop };
}

/** Paths of gateways that are not at /. */
const PATHS: Partial<Record<ForeignServer['name'], string>> = {
  signalr: '/chat',
  'web-pubsub': '/client/hubs/chat',
  phoenix: '/socket/websocket',
  supabase: '/realtime/v1/websocket',
  actioncable: '/cable',
  pusher: '/app/app-key',
  'appsync-events': '/event/realtime',
};

/** A target without a server, for scenarios that are checked and simulated. */
export function foreignTarget(server: ForeignServer, port = NO_PORT): Omit<ForeignTarget, 'stop'> {
  const url = `ws://127.0.0.1:${port}${PATHS[server.name] ?? '/'}`;
  if (!('carrier' in server) || server.carrier !== 'ticket') return { url, source: { mint: {} } };
  const ticket = {
    url: `http://127.0.0.1:${port}/ws-ticket`,
    headers: { Authorization: 'Bearer {token}' },
    answer: { ticket: 'data.ticket' },
  };
  return { url, source: { mint: {}, endpoint: { ticket } } };
}

async function launched(server: ForeignServer): Promise<Pick<RealServer, 'port' | 'stop'>> {
  const access = await mintedAccess();
  switch (server.name) {
    case 'gateway': {
      const { ping, name, ...options } = server;
      return launchServer(name, { ...access, ...options, ...(ping === undefined ? {} : { pingMs: parseFloat(ping) }) });
    }
    case 'centrifugo':
      return startCentrifugoStandIn();
    case 'graphql':
      return launchServer(server.name, { ...access, subprotocol: server.subprotocol, atExpiry: 'close' });
    case 'nats':
      return startNatsStandIn();
    case 'mqtt':
      return launchServer(server.name, access);
    case 'stomp':
      return launchServer(server.name, { ...access, heartbeatMs: [1000, 1000] });
    case 'phoenix':
      return launchServer(server.name, { ...access, carrier: 'join', atExpiry: 'disconnect' });
    case 'supabase':
      return launchServer(server.name, { ...access, apikey: 'anon' });
    case 'pusher':
      return launchServer(server.name, { ...access, key: 'app-key', secret: 'app-secret' });
    case 'actioncable':
      return launchServer(server.name, { ...access, carrier: 'query', channel: 'Room' });
    case 'hocuspocus':
      return launchServer(server.name, access);
    case 'socket.io':
      return launchServer(server.name, { ...access, atExpiry: 'disconnect' });
    case 'appsync-events':
      return launchServer(server.name, { ...access, atExpiry: 'error' });
    case 'signalr':
    case 'web-pubsub':
      return launchServer(server.name, { ...access, atExpiry: 'close' });
  }
}
