import { createRequire } from 'node:module';
import { WebPubSubClient, WebPubSubJsonReliableProtocol } from '@azure/web-pubsub-client';
import { HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import { HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { wsconnect } from '@nats-io/nats-core';
import { adapters, createConsumer } from '@rails/actioncable';
import { Client as StompClient } from '@stomp/stompjs';
import { RealtimeClient } from '@supabase/realtime-js';
import * as Ably from 'ably';
import autobahn from 'autobahn';
import { Centrifuge } from 'centrifuge';
import { createClient as createLiveblocksClient } from '@liveblocks/core';
import { BaseConvexClient } from 'convex/browser';
import { createClient as createGraphqlClient } from 'graphql-ws';
import { createConnection } from 'home-assistant-js-websocket';
import mqtt from 'mqtt';
import mqttPacket from 'mqtt-packet';
import { WebSocket as PartySocket } from 'partysocket';
import { Socket as PhoenixSocket } from 'phoenix';
import Pusher from 'pusher-js';
import type ReconnectingWebSocket from 'reconnecting-websocket';
import { io } from 'socket.io-client';
import sockette from 'sockette';
import { SubscriptionClient } from 'subscriptions-transport-ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { normalQuantile } from '../../core/random/normal.ts';
import type { Driver } from './driver.ts';
import { FakeSocket } from './fake-socket.ts';
import { azureSocket, EngineFake, Fake, streamOver, text } from './fake-transports.ts';
import { SocketModeClient, WebSocketManager, WebSocketShardEvents } from './packages-with-sockets.ts';

// This SDK looks for a WebSocket when it is loaded.
Object.assign(globalThis, { WebSocket: FakeSocket });
const { Room } = await import('@colyseus/sdk');

/** The class behind `events` of aws-amplify, which has one instance a process; the package does not export it. */
export const { AWSAppSyncEventProvider } = (await import(
  new URL(
    'node_modules/@aws-amplify/api-graphql/dist/esm/Providers/AWSAppSyncEventsProvider/index.mjs',
    import.meta.url,
  ).href
)) as { readonly AWSAppSyncEventProvider: new () => EventsProvider };

interface EventsProvider {
  subscribe(options: object): { subscribe(observer: { readonly error: () => void }): void };
}

/** Its types leave out the socket that it takes. */
const SIGNALR_OPTIONS = { skipNegotiation: true, transport: 1, WebSocket: FakeSocket };

const idle = (): void => {};

const SILENT = {
  debug: idle,
  info: idle,
  warn: idle,
  error: idle,
  setLevel: idle,
  setName: idle,
  getLevel: () => 'error',
};

/** What GET /gateway/bot answers. */
export const DISCORD_GATEWAY = {
  url: 'wss://gateway.test',
  shards: 1,
  session_start_limit: { total: 1000, remaining: 1000, reset_after: 1e9, max_concurrency: 1 },
};

const bytes = (line: string): ArrayBuffer => new TextEncoder().encode(line).buffer;

const alternating = (one: number, other: number): (() => number) => {
  let n = 0;
  return () => (n++ % 2 === 0 ? one : other);
};

/** The first coordinate that Marsaglia's polar method makes `z` of, where the second one is 0. */
const polar = (z: number): number => Math.sign(z) * Math.exp(-(z * z) / 4);

/** The drivers by the name of the library in a scenario. */
export const DRIVERS: Readonly<Record<string, Driver>> = {
  ably: {
    start: () => {
      const { Platform } = Ably.Realtime as unknown as { Platform: { Config: object } };
      // It keeps the clock and the timers that it found when it was loaded.
      Object.assign(Platform.Config, { WebSocket: Fake, setTimeout, clearTimeout, now: () => Date.now() });
      return new Ably.Realtime({
        key: 'a.b:c',
        fallbackHosts: [],
        disableConnectivityCheck: true,
        transports: ['web_socket'],
        useBinaryProtocol: false,
        logLevel: 0,
      });
    },
    // 1 - r * 0.2
    draws: (u) => () => 1 - u,
    greet: (socket) =>
      socket.json({ action: 4, connectionId: 'c', connectionDetails: { connectionKey: 'k', maxIdleInterval: 0 } }),
  },
  actioncable: {
    start: (url) => {
      Object.assign(adapters, { WebSocket: Fake });
      Object.assign(globalThis, { addEventListener: idle, removeEventListener: idle });
      return createConsumer(url).connect();
    },
    greet: (socket) => socket.json({ type: 'welcome' }),
    // In one case of six all delays are one step longer, until the growth ends.
    squallDraws: (u) => [{ u: (5 / 6) * u }, { u: 5 / 6 + u / 6, retries: 10 }],
    firstByInstant: true,
    // The timer looks at a random instant of its round, and the server pings every 3 s.
    stand: async (socket, world) => {
      const uptimeMs = 60_000 + Math.random() * 60_000;
      for (let passed = 0; passed < uptimeMs; passed += 3000) {
        await world.pass(Math.min(3000, uptimeMs - passed));
        if (passed + 3000 < uptimeMs) socket.json({ type: 'ping', message: passed });
      }
    },
  },
  autobahn: {
    draws: (u) => alternating((1 + polar(normalQuantile(u))) / 2, 1 / 2),
    start: (url) => new autobahn.Connection({ transports: [{ type: 'websocket', url }], realm: 'r' }).open(),
  },
  'aws-amplify': {
    start: (url) => {
      const options = { authenticationType: 'apiKey', apiKey: 'k', query: '/default/room' };
      new AWSAppSyncEventProvider()
        .subscribe({ ...options, appSyncGraphqlEndpoint: url.replace('ws', 'http') })
        .subscribe({ error: () => {} });
    },
    greet: async (socket, world) => {
      socket.json({ type: 'connection_ack', connectionTimeoutMs: 300_000 });
      await world.pass(1);
      const { id } = JSON.parse(text(socket.sent.at(-1))) as { readonly id: string };
      socket.json({ type: 'subscribe_success', id });
    },
  },
  centrifuge: {
    start: (url) => {
      const client = new Centrifuge(url, { websocket: Fake });
      client.connect();
    },
    greet: (socket) => socket.json({ id: 1, connect: { client: 'c', version: '', ping: 25, pong: true } }),
  },
  colyseus: {
    start: (url) => {
      const room = new Room('r');
      room.roomId = 'r';
      room.connect(url, {});
    },
    // JOIN_ROOM with a reconnection token and no serialiser, without reflection.
    greet: (socket) => socket.message(new Uint8Array([10, 1, 116, 4, 110, 111, 110, 101, 0]).buffer),
  },
  convex: {
    start: (url) =>
      new BaseConvexClient(url.replace('ws', 'http'), () => {}, {
        webSocketConstructor: Fake,
        skipConvexDeploymentUrlCheck: true,
        logger: false,
        unsavedChangesWarning: false,
      }),
  },
  discordjs: {
    start: () => {
      const manager = new WebSocketManager({
        token: 't',
        intents: 0,
        rest: { get: () => Promise.resolve(DISCORD_GATEWAY) } as never,
      });
      manager.on(WebSocketShardEvents.Error, idle);
      return manager.connect();
    },
    greet: async (socket, world) => {
      socket.json({ op: 10, d: { heartbeat_interval: 10_000_000 } });
      await world.pass(1);
      socket.json({ op: 0, t: 'READY', s: 1, d: { session_id: 's', resume_gateway_url: 'wss://resume.test' } });
    },
  },
  'graphql-ws': {
    start: (url) => createGraphqlClient({ url, webSocketImpl: Fake, lazy: false, onNonLazyError: () => {} }),
    greet: (socket) => socket.json({ type: 'connection_ack' }),
    failsQuietly: true,
  },
  hocuspocus: {
    start: (url) => {
      // Its messages come by the provider of a document; the connection alone decides when it returns.
      const client = new HocuspocusProviderWebsocket({ url, WebSocketPolyfill: Fake });
      client.attach({ configuration: { name: 'd' }, onOpen: () => {}, onMessage: () => {}, emit: () => {} } as never);
    },
    greet: (socket) => socket.message(new Uint8Array([1, 100, 7, 0]).buffer),
  },
  'home-assistant': {
    start: (url) =>
      createConnection({
        setupRetry: 0,
        auth: { wsUrl: url, accessToken: 't', expired: false } as never,
        createSocket: () =>
          new Promise((resolve, reject) => {
            const socket = new FakeSocket(url);
            socket.addEventListener('close', () => reject(new Error('closed')));
            socket.addEventListener('message', () =>
              resolve(Object.assign(socket, { haVersion: '2026.1.0' }) as never),
            );
          }),
      }),
    greet: (socket) => socket.json({ type: 'auth_ok' }),
  },
  liveblocks: {
    start: (url) =>
      createLiveblocksClient({
        publicApiKey: 'pk_test',
        baseUrl: url.replace('ws', 'http'),
        polyfills: { WebSocket: Fake, fetch: () => Promise.reject(new Error('no network')) },
      }).enterRoom('r'),
    greet: (socket) => socket.json({ type: 104, actor: 1, nonce: 'n', scopes: ['room:write'], users: {}, meta: {} }),
  },
  mqtt: {
    start: (url) => {
      const client = new mqtt.MqttClient(() => streamOver(new FakeSocket(url)), {
        clientId: 'c',
        protocolVersion: 4,
      });
      client.on('error', () => {});
    },
    greet: (socket) => socket.message(mqttPacket.generate({ cmd: 'connack', returnCode: 0, sessionPresent: false })),
  },
  'nats-core': {
    // The last record of draws that are all the same is the first of them.
    squallDraws: (u) => [{ u: 1 - (1 - u) * Math.exp(u) }],
    start: (url) => {
      wsconnect({ servers: url }).catch(() => {});
    },
    greet: async (socket, world) => {
      socket.message(bytes('INFO {"server_id":"s","version":"2.12.0","max_payload":1048576,"headers":true}\r\n'));
      await world.pass(1);
      socket.message(bytes('PONG\r\n'));
    },
  },
  partysocket: { start: (url) => new PartySocket(url, [], { WebSocket: Fake }) },
  phoenix: {
    start: (url) => new PhoenixSocket(url, { transport: Fake }).connect(),
  },
  'pusher-js': {
    start: () => {
      Object.assign((Pusher as unknown as { Runtime: object }).Runtime, {
        createWebSocket: (url: string) => new FakeSocket(url),
      });
      return new (Pusher as unknown as typeof Pusher.default)('key', {
        cluster: 'x',
        enabledTransports: ['ws'],
        enableStats: false,
      });
    },
    greet: (socket) =>
      socket.json({
        event: 'pusher:connection_established',
        data: JSON.stringify({ socket_id: '1.1', activity_timeout: 120 }),
      }),
  },
  'reconnecting-websocket': {
    start: newReconnectingWebSocket,
  },
  signalr: {
    start: (url) =>
      new HubConnectionBuilder()
        .withUrl(url.replace('ws', 'http'), SIGNALR_OPTIONS)
        .withAutomaticReconnect()
        .configureLogging(LogLevel.None)
        .build()
        .start(),
    greet: (socket) => socket.message('{}\u001E'),
  },
  slack: {
    start: () => {
      const client = new SocketModeClient({
        appToken: 'xapp-t',
        logger: SILENT as never,
        clientOptions: { fetch: () => Promise.resolve(Response.json({ ok: true, url: 'wss://slack.test/' })) },
      });
      client.on('error', idle);
      return client.start();
    },
    greet: (socket) => socket.json({ type: 'hello' }),
  },
  'socket.io-client': {
    // The path of its URL would be a namespace.
    start: (url) => io(url.replace(/\/socket$/, ''), { transports: [EngineFake], forceNew: true }),
    greet: async (socket, world) => {
      socket.message('0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":20000}');
      await world.pass(1);
      socket.message('40{"sid":"s"}');
    },
  },
  sockette: {
    start: (url) => {
      return (sockette as unknown as (at: string) => unknown)(url);
    },
  },
  stompjs: {
    start: (url) => new StompClient({ webSocketFactory: () => new FakeSocket(url) as never }).activate(),
    greet: (socket) => socket.message('CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0'),
  },
  'subscriptions-transport-ws': {
    start: (url) => new SubscriptionClient(url, { reconnect: true }, FakeSocket),
    greet: (socket) => socket.json({ type: 'connection_ack' }),
  },
  supabase: {
    start: (url) => new RealtimeClient(url, { transport: Fake, params: { apikey: 'k' } }).connect(),
  },
  'web-pubsub': {
    start: (url) => {
      const client = new WebPubSubClient(url, { protocol: WebPubSubJsonReliableProtocol() });
      Object.assign(client, { _getWebSocketClientFactory: () => ({ create: (uri: string) => azureSocket(uri) }) });
      return client.start();
    },
    greet: (socket) =>
      socket.json({ type: 'system', event: 'connected', userId: 'u', connectionId: 'c', reconnectionToken: 'r' }),
  },
  'y-websocket': {
    start: (url) => new WebsocketProvider(url, 'd', new Y.Doc(), { WebSocketPolyfill: Fake, disableBc: true }),
    // The second step of the synchronisation, of an empty document.
    greet: (socket) => socket.message(new Uint8Array([0, 1, 2, 0, 0]).buffer),
  },
};

/** Loads the library anew: it draws once, when it is loaded. */
export function newReconnectingWebSocket(url: string | (() => string)): unknown {
  const require = createRequire(import.meta.url);
  delete require.cache[require.resolve('reconnecting-websocket')];
  return new (require('reconnecting-websocket') as typeof ReconnectingWebSocket.default)(url, [], { WebSocket: Fake });
}
