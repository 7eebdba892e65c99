import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import { Draws } from '../../core/random/draws.ts';
import { TlsSessions } from './tls-sessions.ts';

const SESSION = Buffer.from('session');

function sessions(share = 1): TlsSessions {
  return new TlsSessions(share, new Draws(1), () => {});
}

/** The clients of a thousand that resume. */
function resuming(share: number): readonly number[] {
  const all = sessions(share);
  return Array.from({ length: 1000 }, (_, client) => client).filter((client) => all.isResuming(client));
}

function followed(by: TlsSessions, client: number): TLSSocket {
  const socket = new TLSSocket(new Socket());
  by.follow(client, socket, undefined);
  return socket;
}

test('the share of the clients resumes, and a larger share includes them', () => {
  expect(resuming(0)).toEqual([]);
  expect(resuming(1)).toHaveLength(1000);
  expect(resuming(0.3).length).toBeGreaterThan(250);
  expect(resuming(0.3).length).toBeLessThan(350);
  expect(resuming(0.5)).toEqual(expect.arrayContaining([...resuming(0.3)]));
});

test('a client offers its last session, once', () => {
  const kept = sessions();
  const socket = followed(kept, 7);
  socket.emit('session', Buffer.from('first'));
  socket.emit('session', SESSION);
  expect(kept.take(8)).toBeUndefined();
  expect(kept.take(7)).toEqual(SESSION);
  expect(kept.take(7)).toBeUndefined();
});

test('a session that is too large is not kept', () => {
  const kept = sessions();
  const socket = followed(kept, 7);
  socket.emit('session', SESSION);
  socket.emit('session', Buffer.alloc(16_385));
  expect(kept.take(7)).toEqual(SESSION);
});
