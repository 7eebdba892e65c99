import { trials } from '../trial.ts';

const COMMANDS = { rate: '5/s', ackTimeout: '3s' };
const COMMAND = { command: '{"op":"do","id":"{id}"}', ack: { op: 'ok' }, ackId: 'id' };
const AUTH = '{"op":"auth","token":"{token}"}';

/** Clients with slow clocks, whose tokens expire 2 s into the run; nobody refreshes before. */
const EXPIRING = { tokens: { lifetime: '2s', carrier: 'message' }, clients: { clockSkew: '-60s' } };
/** A loss before the tokens expire, after which clients present them when they have expired. */
const LATE = {
  tokens: EXPIRING.tokens,
  clients: {
    ...EXPIRING.clients,
    backoff: { growth: 'table', delays: ['2s', '60s'], jitter: 'none' },
  },
  faults: [{ at: '1s', drop: 'reset' }],
};
const SHORT_JSON = { ...COMMAND, authenticate: AUTH, authenticated: { op: 'welcome' } };
const GATEWAY = { name: 'gateway', carrier: 'message' } as const;

export const PROTOCOL_TRIALS = trials({
  'tickets before each dial': {
    foreign: { protocol: { json: COMMAND }, server: { name: 'gateway', carrier: 'ticket' } },
    duration: '3400ms',
    // Tokens are renewed 2 s into the run, by a connection with another ticket.
    tokens: { lifetime: '20s', carrier: { query: 'ticket' }, refresh: { lead: '18s' } },
    clients: { commands: COMMANDS },
    faults: [{ at: '1s', drop: { code: 1012 }, cohort: ['0%', '50%'] }],
    shows: {
      dialRequests: 50,
      dialRequestFailures: {},
      handshakes: {},
      losses: { 'close-1012': 10, renewal: 20 },
      ready: 50,
      final: { ready: 20 },
    },
  },
  'tickets of upgrades that fail': {
    foreign: { protocol: 'none', server: { name: 'gateway', carrier: 'ticket' } },
    tokens: { carrier: { query: 'ticket' } },
    clients: { backoff: { growth: 'table', delays: ['300ms', '60s'], jitter: 'none', reset: { stable: '60s' } } },
    faults: [
      { at: '1200ms', drop: { code: 1012 } },
      { at: '800ms', for: '2s', handshake: { status: 503 }, cohort: ['0%', '25%'] },
      { at: '800ms', for: '2s', handshake: { slow: '200ms' }, cohort: ['25%', '50%'] },
    ],
    shows: { dialRequests: 40, handshakes: { 'http-503': 5 }, ready: 35, final: { ready: 15, waiting: 5 } },
  },
  'tickets for tokens that have expired': {
    foreign: { protocol: 'none', server: { name: 'gateway', carrier: 'ticket' } },
    ...LATE,
    tokens: { lifetime: '2s', carrier: { query: 'ticket' } },
    duration: '4s',
    shows: {
      dialRequests: 60,
      dialRequestFailures: { 'http-401': 20 },
      handshakes: { 'http-401': 20 },
      refreshed: 20,
      recovered: 20,
      final: { ready: 20 },
    },
  },
  'connections without a protocol': {
    foreign: { protocol: 'none' },
    faults: [{ at: '1s', drop: { code: 1012 } }],
    shows: { losses: { 'close-1012': 20 }, recovered: 20, dialRequests: 0 },
  },
  'JSON whose server speaks first and pings, with renewal in band': {
    foreign: {
      protocol: {
        json: {
          ...COMMAND,
          handshake: [
            { expect: { op: 'hello' } },
            { send: AUTH, expect: { op: 'welcome' } },
            { send: '{"op":"join"}', expect: { op: 'joined' } },
          ],
          reauthenticate: AUTH,
          reauthenticated: { op: 'renewed' },
          replies: [{ to: { op: 'ping' }, send: '{"op":"pong"}' }],
          silence: '900ms',
        },
      },
      server: { name: 'gateway', carrier: 'message', greets: true, joins: true, ping: '300ms' },
    },
    duration: '3400ms',
    tokens: { lifetime: '20s', carrier: 'message', renewal: 'in-band', refresh: { lead: '17500ms' } },
    // Commands are rarer than the pings that keep a connection.
    clients: { commands: { ...COMMANDS, rate: '1/s' } },
    // Clients that hear no ping for too long have given up and are back before tokens are due, 2.5 s into the run.
    faults: [{ at: '800ms', for: '1200ms', link: 'silent', cohort: ['0%', '25%'] }],
    shows: { losses: { silent: 5 }, recovered: 5, ready: 25, refreshed: 20, final: { ready: 20 } },
  },
  'JSON whose server refuses an expired token by a message': {
    foreign: { protocol: { json: { ...SHORT_JSON, authRefused: { op: 'denied' } } }, server: GATEWAY },
    ...LATE,
    duration: '4s',
    shows: { handshakes: { 'auth-refused': 20 }, losses: { reset: 20 }, refreshed: 20, recovered: 20, stops: {} },
  },
  'JSON whose refusal by a message is final': {
    foreign: {
      protocol: { json: { ...SHORT_JSON, authRefused: { op: 'denied' }, afterRefusal: 'stop' } },
      server: GATEWAY,
    },
    ...LATE,
    duration: '4s',
    shows: { handshakes: { 'auth-refused': 20 }, stops: { 'advised-to-stop': 20 }, refreshed: 0 },
  },
  'JSON whose server says by a message that a token has expired': {
    foreign: {
      protocol: { json: { ...SHORT_JSON, ends: [{ on: { op: 'bye' }, then: 'refresh' }] } },
      server: { ...GATEWAY, farewell: true },
    },
    ...EXPIRING,
    duration: '3400ms',
    shows: {
      losses: { 'server-disconnect': 20 },
      refreshed: 20,
      recovered: 20,
      expiryNotices: { noticed: 20 },
      final: { ready: 20 },
    },
  },
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
  'JSON whose server refuses a newer token': {
    foreign: {
      protocol: {
        json: {
          ...SHORT_JSON,
          reauthenticate: AUTH,
          reauthenticated: { op: 'renewed' },
          authRefused: { op: 'denied' },
          afterRefusal: 'retry',
        },
      },
      server: GATEWAY,
    },
    duration: '3600ms',
    tokens: {
      lifetime: '20s',
      carrier: 'message',
      renewal: 'in-band',
      refresh: { lead: '18s', clock: 'ttl' },
    },
    // Tokens that have expired are refused on the open connection, and once more on the next.
    faults: [{ at: '1s', for: '10s', refresh: 'stale', cohort: ['0%', '25%'] }],
    shows: {
      losses: { 'auth-refused': 5 },
      handshakes: { 'auth-refused': 5 },
      refreshed: 20,
      final: { ready: 15, waiting: 5 },
    },
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
