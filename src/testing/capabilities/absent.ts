import type { Absent, ForeignProtocol } from './capabilities.ts';

/** What each protocol does not have, with the reason. Every other cell of the table needs a test that proves it. */
export const ABSENT: Readonly<Record<ForeignProtocol, Absent>> = {
  'socket.io': {
    joined: 'rooms are joined by the server',
    'client ping': 'Engine.IO 4 forbids it',
  },
  centrifugo: {
    'client ping': 'a client answers pings, and may send none',
  },
  'graphql-transport-ws': {
    renewal: 'a token is presented when a connection begins, and at no other time',
  },
  'subscriptions-transport-ws': {
    'client ping': 'only the server has a message that keeps a connection',
    renewal: 'a token is presented when a connection begins, and at no other time',
  },
  mqtt: {
    'server ping': 'servers only answer the pings of clients',
  },
  nats: {
    joined: 'a subscription has no answer',
    renewal: 'credentials are presented when a connection begins, and at no other time',
  },
  stomp: {
    renewal: 'a token is presented in CONNECT, which a connection has one of',
  },
  signalr: {
    renewal: 'the JavaScript client has none; the token of a connection is that of its negotiation',
  },
  'web-pubsub': {
    'server ping': 'the service answers pings of the client only',
    renewal: 'the token of a connection is that of its upgrade',
  },
  phoenix: {
    'server ping': 'the server only answers heartbeats',
    renewal: 'a token is presented by the upgrade or a join, and at no other time',
  },
  supabase: {
    'server ping': 'the server only answers heartbeats',
  },
  actioncable: {
    'client ping': 'a client sends nothing back',
    renewal: 'a token is presented by the upgrade, and at no other time',
  },
  'appsync-events': {
    'client ping': 'only the service has a message that keeps a connection',
    renewal: 'the token of a connection is that of its upgrade; newer ones go into later messages',
  },
  pusher: {
    'expiry seen as such': 'an open connection is not tied to a token',
    renewal: 'an open connection is not tied to a token',
  },
  hocuspocus: {
    'server ping': 'the server sends only the awareness of other clients',
  },
};
