import { createServer, type IncomingMessage } from 'node:http';
import { Aedes, type Client } from 'aedes';
import { createWebSocketStream, type WebSocket, WebSocketServer } from 'ws';
import { listen } from '../../embedded/listen.ts';
import { accessCheck, type Access, type AccessOptions } from './access.ts';
import type { Counts } from './counts.ts';
import { cutOf, HOST, type Served } from './served.ts';

/** aedes, a broker of MQTT 3.1.1, over WebSocket, with JWTs as passwords. */
export interface MqttOptions extends AccessOptions {
  /** topics below it may be subscribed to by their user alone */
  readonly privateTopics?: string;
  /** whether a command is sent to the subscribers of its topic */
  readonly echoes?: boolean;
}

/** Return codes of CONNACK (MQTT 3.1.1 section 3.2.2.3). */
const BAD_PASSWORD = 4;

export async function mqttServer(options: MqttOptions, counts: Counts): Promise<Served> {
  const check = accessCheck(options);
  const users = new WeakMap<Client, Access>();
  const broker = await Aedes.createBroker({
    authenticate: (client, _name, password, done) => {
      check(String(password)).then(
        (access) => {
          users.set(client, access);
          counts.add('authenticated');
          endAtExpiry(client, access, counts);
          done(null, true);
        },
        () => {
          counts.add('refused');
          done(Object.assign(new Error('bad token'), { returnCode: BAD_PASSWORD }), false);
        },
      );
    },
    authorizePublish: (client, packet, done) => {
      if (client === null) return done(null);
      if (packet.dup) counts.add('markedAgain');
      counts.command(userOf(client), idIn(packet.payload));
      return done(null);
    },
    authorizeSubscribe: (client, subscription, done) => {
      const { privateTopics } = options;
      const isForeign =
        privateTopics !== undefined && subscription.topic !== `${privateTopics}/${userOf(client ?? undefined)}`;
      // A subscription without QoS is refused in the SUBACK.
      done(null, isForeign ? null : subscription);
    },
    authorizeForward: (_client, packet) => (options.echoes === true ? packet : null),
  });
  broker.on('ping', () => counts.add('clientPings'));
  broker.on('keepaliveTimeout', () => counts.add('pingTimeouts'));
  // Acknowledgements of messages that subscribers received.
  broker.on('ack', () => counts.add('clientAcknowledgements'));

  function userOf(client: Client | undefined): string {
    return (client === undefined ? undefined : users.get(client))?.user ?? '';
  }

  const http = createServer();
  const sockets = new WebSocketServer({
    server: http,
    handleProtocols: (offered) => (offered.has('mqtt') ? 'mqtt' : false),
  });
  sockets.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    counts.add('connections');
    const stream = createWebSocketStream(socket);
    stream.on('error', () => {});
    broker.handle(stream, request);
  });
  const drop = cutOf(http);
  return { port: await listen(http, HOST, 0), drop };
}

/** MQTT 3.1.1 has no message about an expiry: the connection ends. */
function endAtExpiry(client: Client, { expiresAt }: Access, counts: Counts): void {
  const timer = setTimeout(() => {
    counts.add('expiries');
    client.close();
  }, expiresAt - Date.now());
  client.conn.once('close', () => clearTimeout(timer));
}

function idIn(payload: Buffer | string): unknown {
  try {
    return (JSON.parse(String(payload)) as { id?: unknown }).id;
  } catch {
    return null;
  }
}
