import { HttpClient, HttpResponse, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { WebPubSubClient, WebPubSubJsonReliableProtocol } from '@azure/web-pubsub-client';
import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import { tokenAuthenticator, wsconnect } from '@nats-io/nats-core';
import { adapters, createConsumer } from '@rails/actioncable';
import { Client as StompClient } from '@stomp/stompjs';
import { Centrifuge } from 'centrifuge';
import { createClient as createGraphqlClient } from 'graphql-ws';
import mqtt from 'mqtt';
import { WebSocket as PartySocket } from 'partysocket';
import { Socket as PhoenixSocket } from 'phoenix';
import Pusher from 'pusher-js';
import { io } from 'socket.io-client';
import sockette from 'sockette';
import { SubscriptionClient } from 'subscriptions-transport-ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { AWSAppSyncEventProvider, DISCORD_GATEWAY, newReconnectingWebSocket } from './drivers.ts';
import { FakeSocket } from './fake-socket.ts';
import { azureSocket, EngineFake, Fake, streamOver, text } from './fake-transports.ts';
import { WebSocketManager, WebSocketShardEvents } from './packages-with-sockets.ts';

/** How a library is started with tokens of an application, one after another. */
export type TokenDriver = (url: string, token: () => string) => unknown;

const idle = (): void => {};

/** Answers the negotiation of SignalR, which has a token in its header. */
export class Negotiation extends HttpClient {
  /** negotiations that are refused next */
  static refusals = 0;

  override send(): Promise<HttpResponse> {
    if (Negotiation.refusals > 0) {
      Negotiation.refusals--;
      return Promise.resolve(new HttpResponse(401, 'Unauthorized', ''));
    }
    const transports = [{ transport: 'WebSockets', transferFormats: ['Text'] }];
    const answer = { connectionId: 'c', connectionToken: 't', negotiateVersion: 1, availableTransports: transports };
    return Promise.resolve(new HttpResponse(200, 'OK', JSON.stringify(answer)));
  }
}

/** Libraries whose tokens are followed, each with the option that its documentation names for them. */
export const TOKEN_DRIVERS: Readonly<Record<string, TokenDriver>> = {
  actioncable: (url, token) => {
    Object.assign(adapters, { WebSocket: Fake });
    Object.assign(globalThis, { addEventListener: idle, removeEventListener: idle });
    return createConsumer(() => `${url}?token=${token()}`).connect();
  },
  'aws-amplify': (url, token) => {
    const ctx = { fetchAuthSession: () => Promise.resolve({ tokens: { accessToken: token() } }) };
    new AWSAppSyncEventProvider()
      .subscribe({ authenticationType: 'oidc', ctx, query: '/c', appSyncGraphqlEndpoint: url.replace('ws', 'http') })
      .subscribe({ error: idle });
  },
  centrifuge: (url, token) => {
    new Centrifuge(url, { websocket: Fake, getToken: () => Promise.resolve(token()) }).connect();
  },
  discordjs: (_, token) => {
    const rest = { get: () => Promise.resolve(DISCORD_GATEWAY) } as never;
    const manager = new WebSocketManager({ token: token(), intents: 0, rest });
    manager.on(WebSocketShardEvents.Error, idle);
    return manager.connect();
  },
  'graphql-ws': (url, token) =>
    createGraphqlClient({
      url,
      webSocketImpl: Fake,
      lazy: false,
      onNonLazyError: idle,
      connectionParams: () => ({ token: token() }),
    }),
  hocuspocus: (url, token) => {
    const websocketProvider = new HocuspocusProviderWebsocket({ url, WebSocketPolyfill: Fake });
    new HocuspocusProvider({ websocketProvider, name: 'd', document: new Y.Doc(), token }).attach();
  },
  mqtt: (url, token) => {
    const password = Buffer.from(token());
    const client = new mqtt.MqttClient(() => streamOver(new FakeSocket(url)), {
      clientId: 'c',
      protocolVersion: 4,
      username: 'u',
      password,
    });
    client.on('error', idle);
  },
  'nats-core': (url, token) => {
    wsconnect({ servers: url, authenticator: tokenAuthenticator(token) }).catch(idle);
  },
  partysocket: (url, token) => new PartySocket(() => `${url}?token=${token()}`, [], { WebSocket: Fake }),
  phoenix: (url, token) => new PhoenixSocket(url, { transport: Fake, params: () => ({ token: token() }) }).connect(),
  'pusher-js': (_, token) => {
    Object.assign((Pusher as unknown as { Runtime: object }).Runtime, {
      createWebSocket: (url: string) => new FakeSocket(url),
    });
    const client = new (Pusher as unknown as typeof Pusher.default)('key', {
      cluster: 'x',
      enabledTransports: ['ws'],
      enableStats: false,
      channelAuthorization: {
        endpoint: '',
        transport: 'ajax',
        customHandler: (_params, give) => give(null, { auth: token() }),
      },
    });
    return client.subscribe('private-room');
  },
  'reconnecting-websocket': (url, token) => newReconnectingWebSocket(() => `${url}?token=${token()}`),
  signalr: (url, token) =>
    new HubConnectionBuilder()
      .withUrl(url.replace('ws', 'http'), {
        transport: 1,
        httpClient: new Negotiation(),
        accessTokenFactory: token,
        WebSocket: Fake,
      } as never)
      .withAutomaticReconnect()
      .configureLogging(LogLevel.None)
      .build()
      .start(),
  'socket.io-client': (url, token) =>
    io(url.replace(/\/socket$/, ''), {
      transports: [EngineFake],
      forceNew: true,
      auth: (give: (data: object) => void) => give({ token: token() }),
    }),
  sockette: (url, token) => (sockette as unknown as (at: string) => unknown)(`${url}?token=${token()}`),
  stompjs: (url, token) =>
    new StompClient({
      webSocketFactory: () => new FakeSocket(url) as never,
      beforeConnect: (client) => {
        client.connectHeaders = { passcode: token() };
      },
    }).activate(),
  'subscriptions-transport-ws': (url, token) =>
    new SubscriptionClient(url, { reconnect: true, connectionParams: () => ({ token: token() }) }, FakeSocket),
  'web-pubsub': (url, token) => {
    const credential = { getClientAccessUrl: () => Promise.resolve(`${url}?access_token=${token()}`) };
    const client = new WebPubSubClient(credential, { protocol: WebPubSubJsonReliableProtocol() });
    Object.assign(client, { _getWebSocketClientFactory: () => ({ create: (uri: string) => azureSocket(uri) }) });
    return client.start();
  },
  'y-websocket': (url, token) =>
    new WebsocketProvider(url, 'd', new Y.Doc(), {
      WebSocketPolyfill: Fake,
      disableBc: true,
      params: { token: token() },
    }),
};

/** The number of the token that a client presented over a socket; NaN: none. */
export function presented({ url, options, sent }: FakeSocket): number {
  const seen = [url, JSON.stringify(options), ...sent.map(readable)].join('\n');
  return Number([...seen.matchAll(/token-(\d+)/g)].at(-1)?.[1]);
}

export function readable(data: unknown): string {
  if (data instanceof Uint8Array) return Buffer.from(data).toString('latin1');
  return data instanceof ArrayBuffer ? Buffer.from(data).toString('latin1') : text(data);
}
