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

  it('refuse templates that are no JSON, and paths that no acknowledgement has', () => {
    expect(refusal({ 'socket.io': { auth: '{"token":{token}' } })).toMatch(/not JSON/);
    expect(refusal({ 'socket.io': { auth: '["{token}"]' } })).toMatch(/not an object/);
    expect(refusal({ 'socket.io': { payload: '{"id":"{id}"},' } })).toMatch(/not JSON/);
    expect(refusal({ 'socket.io': { payload: '"{token}"' } })).toMatch(/token/);
    expect(refusal({ 'socket.io': { refused: { ok: false } } })).toMatch(/list of arguments.*0\.ok/);
    expect(refusal({ 'socket.io': { renew: { event: 'r', refused: { error: 'bad' } } } })).toMatch(/such as 0\.error/);
    expect(refusal({ 'socket.io': { refused: { '0': false, '1.ok': false } } })).toBe('');
    expect(refusal({ centrifugo: { command: { rpc: 'x', data: '' } } })).toMatch(/empty/);
  });
});
