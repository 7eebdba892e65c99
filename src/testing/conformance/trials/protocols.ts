import { trials } from '../trial.ts';
import { COMMANDS, EXPIRING, LATE } from './expiring.ts';

/** Protocols of products, each towards a server that speaks it. */
export const PROTOCOL_TRIALS = trials({
  'Socket.IO, whose disconnect of an expired token is final': {
    foreign: { protocol: 'socket.io', server: { name: 'socket.io' } },
    ...EXPIRING,
    duration: '3400ms',
    shows: { losses: { 'server-disconnect': 20 }, stops: { 'advised-to-stop': 20 }, refreshed: 0 },
  },
  'Socket.IO, whose refusal of an expired token has an advice': {
    foreign: {
      protocol: { 'socket.io': { connectErrors: { 'Not authorized': 'refresh' } } },
      server: { name: 'socket.io' },
    },
    ...LATE,
    duration: '4s',
    shows: { handshakes: { 'auth-refused': 20 }, refreshed: 20, recovered: 20, stops: {} },
  },
  'Socket.IO, whose refusal is final': {
    foreign: { protocol: 'socket.io', server: { name: 'socket.io' } },
    ...LATE,
    duration: '4s',
    shows: { handshakes: { 'auth-refused': 20 }, stops: { 'advised-to-stop': 20 }, refreshed: 0 },
  },
  'Socket.IO that begins with polling': {
    foreign: { protocol: { 'socket.io': { polling: true } }, server: { name: 'socket.io' } },
    tokens: { carrier: 'message' },
    faults: [{ at: '1s', drop: 'reset' }],
    shows: { dialRequests: 120, dialRequestFailures: {}, losses: { reset: 20 }, ready: 40 },
  },
  'Centrifugo with a subscription, renewal in band and final codes': {
    foreign: { protocol: { centrifugo: { subscribe: 'news' } }, server: { name: 'centrifugo' } },
    duration: '3600ms',
    tokens: { lifetime: '20s', carrier: 'message', renewal: 'in-band', refresh: { lead: '18s' } },
    clients: { commands: COMMANDS },
    // A round trip takes longer than two periods of commands, so clients that stop have commands under way.
    faults: [
      { at: '500ms', for: '2s', link: { latency: '200ms' }, cohort: ['0%', '25%'] },
      { at: '1s', drop: { code: 3500 }, cohort: ['0%', '25%'] },
      { at: '1s', drop: { code: 3012 }, cohort: ['25%', '50%'] },
    ],
    shows: {
      commands: { stopped: true },
      losses: { 'close-3012': 5, 'close-3500': 5 },
      stops: { 'advised-to-stop': 5 },
      recovered: 5,
      refreshed: 15,
      final: { ready: 15, stopped: 5 },
    },
  },
  'SignalR with a negotiation, whose close at expiry allows to reconnect': {
    foreign: {
      protocol: { signalr: { method: 'Do', join: { method: 'Join', arguments: '"news"' } } },
      server: { name: 'signalr' },
    },
    ...LATE,
    tokens: { lifetime: '2s' },
    clients: {
      ...LATE.clients,
      commands: COMMANDS,
      backoff: { growth: 'table', delays: ['1s', '60s'], jitter: 'none' },
    },
    duration: '4600ms',
    // Clients that were lost before come back before their tokens expire, and are ended with the others.
    faults: [{ at: '300ms', drop: 'reset', cohort: ['0%', '50%'] }],
    shows: {
      losses: { reset: 10, 'server-disconnect': 20 },
      dialRequestFailures: { 'http-401': 20 },
      handshakes: { 'http-401': 20 },
      dialRequests: 70,
      refreshed: 20,
      recovered: 30,
      final: { ready: 20 },
    },
  },
  'Web PubSub, whose service says why it ends a connection': {
    foreign: {
      protocol: { 'web-pubsub': { joinGroup: 'news', expired: '.*expired' } },
      server: { name: 'web-pubsub' },
    },
    ...EXPIRING,
    tokens: { lifetime: '2s', carrier: { query: 'access_token' } },
    clients: { ...EXPIRING.clients, commands: COMMANDS },
    duration: '3400ms',
    shows: {
      losses: { 'server-disconnect': 20 },
      refreshed: 20,
      recovered: 20,
      final: { ready: 20 },
    },
  },
  'Phoenix channels, whose sockets close when a token expires': {
    foreign: {
      protocol: { phoenix: { params: '{"token":"{token}"}', event: 'do' } },
      server: { name: 'phoenix' },
    },
    ...EXPIRING,
    duration: '3400ms',
    clients: { ...EXPIRING.clients, closeCodes: { 1001: 'refresh' } },
    shows: { losses: { 'close-1001': 20 }, refreshed: 20, recovered: 20, ready: 40, final: { ready: 20 } },
  },
  'Supabase channels, which end alone when a token expires': {
    foreign: { protocol: { supabase: { apikey: 'anon' } }, server: { name: 'supabase' } },
    ...EXPIRING,
    duration: '3400ms',
    shows: { losses: { 'channel-lost': 20 }, refreshed: 20, ready: 20, final: { ready: 20 } },
  },
  'Hocuspocus, whose server closes the documents of expired tokens': {
    foreign: { protocol: 'hocuspocus', server: { name: 'hocuspocus' } },
    ...EXPIRING,
    duration: '3400ms',
    shows: { losses: { 'channel-lost': 20 }, refreshed: 20, ready: 20, final: { ready: 20 } },
  },
  'Pusher, whose application authorises each channel': {
    foreign: {
      protocol: { pusher: { event: 'client-do', ack: { event: 'done' } } },
      server: { name: 'pusher' },
    },
    ...LATE,
    duration: '4s',
    shows: { losses: { reset: 20 }, handshakes: {}, refreshed: 20, recovered: 20, ready: 40, final: { ready: 20 } },
  },
  'AppSync Events, which says that a token has expired': {
    foreign: { protocol: 'appsync-events', server: { name: 'appsync-events' } },
    ...LATE,
    duration: '3700ms',
    faults: [{ at: '1s', drop: 'reset', cohort: ['0%', '50%'] }],
    shows: {
      losses: { 'channel-lost': 10, reset: 10 },
      handshakes: { 'auth-refused': 10 },
      refreshed: 20,
      final: { ready: 20 },
    },
  },
  'Action Cable, which is welcomed first, and disconnects expired tokens': {
    foreign: {
      protocol: {
        actioncable: {
          identifier: '{"channel":"Room"}',
          data: '{"action":"do","id":"{id}"}',
          ack: { type: 'done' },
        },
      },
      server: { name: 'actioncable' },
    },
    duration: '3400ms',
    tokens: { lifetime: '2s', carrier: { query: 'jid' } },
    clients: { clockSkew: '-60s', commands: COMMANDS },
    shows: { losses: { 'server-disconnect': 20 }, refreshed: 20, recovered: 20, ready: 40, final: { ready: 20 } },
  },
  'Centrifugo, whose connections expire, and which refuses expired tokens': {
    foreign: { protocol: 'centrifugo', server: { name: 'centrifugo' } },
    ...LATE,
    duration: '3700ms',
    faults: [{ at: '1s', drop: 'reset', cohort: ['0%', '50%'] }],
    shows: {
      losses: { 'close-3005': 10, reset: 10 },
      handshakes: { 'auth-refused': 10 },
      refreshed: 20,
      recovered: 20,
      final: { ready: 20 },
    },
  },
  'GraphQL, which refuses expired tokens with 4403, and closes with final codes': {
    foreign: {
      protocol: { 'graphql-transport-ws': { subscribe: { query: 'subscription { news }', ready: 'result' } } },
      server: { name: 'graphql', subprotocol: 'graphql-transport-ws' },
    },
    ...LATE,
    clients: { ...LATE.clients, commands: COMMANDS },
    duration: '3700ms',
    faults: [
      { at: '1s', drop: 'reset', cohort: ['0%', '50%'] },
      { at: '1s', drop: { code: 4409 }, cohort: ['50%', '75%'] },
    ],
    shows: {
      losses: { 'close-4403': 5, 'close-4409': 5, reset: 10 },
      handshakes: { 'close-4403': 10 },
      stops: { 'advised-to-stop': 5 },
      refreshed: 15,
      recovered: 15,
      final: { ready: 15, stopped: 5 },
    },
  },
  'older GraphQL, which refuses expired tokens by a message': {
    foreign: {
      protocol: 'subscriptions-transport-ws',
      server: { name: 'graphql', subprotocol: 'graphql-ws' },
    },
    ...LATE,
    clients: { ...LATE.clients, commands: COMMANDS },
    duration: '3700ms',
    faults: [{ at: '1s', drop: 'reset', cohort: ['0%', '50%'] }],
    shows: {
      losses: { 'close-4401': 10, reset: 10 },
      handshakes: { 'auth-refused': 10 },
      refreshed: 20,
      recovered: 20,
      final: { ready: 20 },
    },
  },
  'NATS, whose server says that a token has expired': {
    foreign: { protocol: 'nats', server: { name: 'nats' } },
    ...LATE,
    clients: { ...LATE.clients, commands: COMMANDS },
    duration: '3700ms',
    faults: [{ at: '1s', drop: 'reset', cohort: ['0%', '50%'] }],
    shows: {
      losses: { 'server-disconnect': 10, reset: 10 },
      handshakes: { 'auth-refused': 10 },
      refreshed: 20,
      recovered: 20,
      final: { ready: 20 },
    },
  },
  'MQTT with a subscription, whose server refuses expired tokens': {
    foreign: { protocol: { mqtt: { subscribe: 'news' } }, server: { name: 'mqtt' } },
    ...LATE,
    duration: '4s',
    shows: { handshakes: { 'auth-refused': 20 }, losses: { reset: 20 }, refreshed: 20, recovered: 20, stops: {} },
  },
  'STOMP with heart-beats both ways, whose ERROR says that a token has expired': {
    foreign: {
      protocol: {
        stomp: {
          subscribe: { destination: '/topic/news', ready: 'receipt' },
          errors: [{ on: '(token expired|invalid token)', then: 'refresh' }],
          heartbeatOutgoing: '1s',
          heartbeatIncoming: '1s',
        },
      },
      server: { name: 'stomp' },
    },
    ...LATE,
    clients: { ...LATE.clients, commands: COMMANDS },
    duration: '3700ms',
    faults: [{ at: '1s', drop: 'reset', cohort: ['0%', '50%'] }],
    shows: {
      losses: { reset: 10, 'server-disconnect': 10 },
      handshakes: { 'auth-refused': 10 },
      refreshed: 20,
      recovered: 20,
      final: { ready: 20 },
    },
  },
});
