import { trials } from '../trial.ts';
import { COMMANDS, EXPIRING, LATE } from './expiring.ts';

const COMMAND = { command: '{"op":"do","id":"{id}"}', ack: { op: 'ok' }, ackId: 'id' };
const AUTH = '{"op":"auth","token":"{token}"}';
const SHORT_JSON = { ...COMMAND, authenticate: AUTH, authenticated: { op: 'welcome' } };
const GATEWAY = { name: 'gateway', carrier: 'message' } as const;

/** Protocols that a scenario spells out, or that have no messages at all; and tickets. */
export const JSON_TRIALS = trials({
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
});
