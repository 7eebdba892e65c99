import { describe, expect, it } from 'vitest';
import { Rejection } from '../codec/reject.ts';
import { protocol } from './specs.ts';

function refusal(spelled: unknown): string {
  const value = protocol.read(spelled);
  return value instanceof Rejection ? value.message : '';
}

describe('the keys of Socket.IO and Centrifugo', () => {
  it('read what they print', () => {
    for (const spelled of [
      'socket.io',
      'centrifugo',
      {
        'socket.io': { namespace: '/a', auth: '', events: { x: 'expiring', y: { means: 'refused', advice: 'login' } } },
      },
      { 'socket.io': { renew: { event: 'r' }, connectErrors: { 'jwt expired': 'refresh' } } },
      { centrifugo: { subscribe: 'x', command: { publish: 'c:{user.room}' } } },
    ]) {
      const read = protocol.parse(spelled);
      expect(protocol.parse(protocol.print(read))).toEqual(read);
    }
  });

  it('refuse templates that are no JSON', () => {
    expect(refusal({ 'socket.io': { auth: '{"token":{token}' } })).toMatch(/not JSON/);
    expect(refusal({ 'socket.io': { auth: '["{token}"]' } })).toMatch(/not an object/);
    expect(refusal({ 'socket.io': { payload: '{"id":"{id}"},' } })).toMatch(/not JSON/);
    expect(refusal({ 'socket.io': { payload: '"{token}"' } })).toMatch(/token/);
    expect(refusal({ centrifugo: { command: { rpc: 'x', data: '' } } })).toMatch(/empty/);
  });
});
