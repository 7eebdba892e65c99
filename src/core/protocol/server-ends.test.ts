import { expect, it } from 'vitest';
import { NETWORK } from '../signal.ts';
import type { Advice } from '../policy/advice.ts';
import { protocol, shapeOf } from './specs.ts';

const USE = { carrier: 'message', renewal: 'in-band', commands: false, heartbeat: false } as const;

function endsOf(spelled: unknown) {
  return shapeOf(protocol.parse(spelled), USE).ends;
}

const refused = (advice: Advice | null) => ({ signal: NETWORK.authRefused, advice });
const disconnected = (advice: Advice | null) => ({ signal: NETWORK.serverDisconnect, advice });
const AUTH = { authenticate: '{token}', authenticated: 'in' };
const DENIED = { ...AUTH, authRefused: 'no' };

it.each([
  ['squall', { refusal: refused(null), renewalRefusal: refused(null), expiry: null }],
  ['socket.io', { refusal: refused(null), renewalRefusal: refused('refresh'), expiry: disconnected(null) }],
  [
    { 'socket.io': { connectErrors: { 'jwt expired': 'refresh', banned: 'stop' } } },
    { refusal: refused('refresh'), expiry: disconnected(null) },
  ],
  [
    { 'socket.io': { events: { kicked: { means: 'closing', advice: 'login' }, warned: 'expiring' } } },
    { expiry: disconnected(null) },
  ],
  [
    { 'socket.io': { events: { expired: { means: 'closing', advice: 'refresh' } } } },
    { expiry: disconnected('refresh') },
  ],
  [
    'centrifugo',
    { refusal: refused('refresh'), renewalRefusal: refused('refresh'), expiry: { signal: 3005, advice: null } },
  ],
  ['nats', { refusal: refused(null), renewalRefusal: null, expiry: disconnected('refresh') }],
  ['mqtt', { refusal: refused(null), renewalRefusal: null, expiry: { signal: NETWORK.reset, advice: null } }],
  [
    { mqtt: { version: 5 } },
    { refusal: refused(null), renewalRefusal: disconnected('refresh'), expiry: disconnected('refresh') },
  ],
  [
    'hocuspocus',
    {
      refusal: { signal: NETWORK.joinRefused, advice: 'refresh' },
      renewalRefusal: { signal: NETWORK.channelLost, channel: true },
      expiry: { signal: NETWORK.channelLost, advice: 'refresh', channel: true },
    },
  ],
  [{ json: AUTH }, { refusal: null, renewalRefusal: null, expiry: null }],
  [{ json: DENIED }, { refusal: refused(null), renewalRefusal: refused(null), expiry: null }],
  [{ json: { ...DENIED, afterRefusal: 'login' } }, { refusal: refused('login'), renewalRefusal: refused('login') }],
  [{ json: { ...AUTH, ends: [{ on: 'bye', then: 'stop' }] } }, { expiry: null }],
  [
    {
      json: {
        ...AUTH,
        ends: [
          { on: 'a', then: 'stop' },
          { on: 'b', then: 'refresh' },
        ],
      },
    },
    { expiry: disconnected('refresh') },
  ],
  [{ json: { ...AUTH, ends: [{ on: { op: 'bye' } }] } }, { expiry: disconnected('refresh') }],
])('%o refuses tokens and ends connections as its messages mean it', (spelled, ends) => {
  expect(endsOf(spelled)).toMatchObject(ends);
});
