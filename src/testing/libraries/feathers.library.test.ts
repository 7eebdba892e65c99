import { createRequire } from 'node:module';
import auth from '@feathersjs/authentication-client';
import { feathers } from '@feathersjs/feathers';
import socketio from '@feathersjs/socketio-client';
import type * as SocketIo from 'socket.io-client' with { 'resolution-mode': 'require' };
import { expect, onTestFinished, test } from 'vitest';
import { countedAlike, storm } from '../real-servers/storm.ts';
import { accessToken } from '../real-servers/tokens.ts';
import { feathersServer } from './feathers-server.ts';

// The build that the types of Feathers name.
const { io } = createRequire(import.meta.url)('socket.io-client') as typeof SocketIo;

/** As in docs/protocols.md. */
const PROTOCOL = `
    socket.io:
      auth: ''
      authenticate:
        event: create
        payload: '"authentication",{"strategy":"jwt","accessToken":"{token}"},{}'
        refused: { 0.code: { exists: true } }
      event: create
      payload: '"messages",{"id":"{id}"},{}'
      refused: { 0.code: { exists: true } }
      expired: { 0.name: NotAuthenticated }
      renew:
        event: create
        payload: '"authentication",{"strategy":"jwt","accessToken":"{token}"},{}'
        refused: { 0.code: { exists: true } }
`;

test("Feathers accepts its own client: authentication by an event, a command, and the end at the token's expiry", async () => {
  const { port, counts } = await feathersServer();
  const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'] });
  onTestFinished(() => void socket.disconnect());
  const app = feathers().configure(socketio.default(socket)).configure(auth.default());
  await expect(app.authenticate({ strategy: 'jwt', accessToken: 'no token' })).rejects.toMatchObject({ code: 401 });
  await app.authenticate({ strategy: 'jwt', accessToken: await accessToken('u-1', 2) });
  expect(await app.service('messages').create({ id: 'c1-1' })).toEqual({ id: 'c1-1' });
  expect(await new Promise((resolve) => socket.once('disconnect', resolve))).toBe('io server disconnect');
  expect(counts.toJSON()).toMatchObject({ connections: 1, authenticated: 1, refused: 1, commands: 1, expiries: 1 });
});

test('50 clients of Feathers renew in band; after a drop of all and an expiry both sides count the same', async () => {
  const { port, counts } = await feathersServer();
  const seen = await storm(
    `
duration: 60s
target:
  url: ws://127.0.0.1:${port}/
  protocol:${PROTOCOL}
tokens: { lifetime: 4s, issued: together, carrier: message, renewal: in-band, refresh: { lead: 1s } }
clients:
  clockSkew: -10s
  arrive: { over: 1s }
  backoff: { base: 100ms, cap: 500ms }
  closeCodes: { server-disconnect: refresh }
  commands: { rate: 1/s }
faults: [{ at: 2500ms, drop: { code: 1012 } }]
`,
    (total) => total('lostExpired') >= 50 && total('stateReady') === 50,
  );
  expect(seen).toMatchObject(countedAlike(counts.toJSON()));
  expect(seen).toMatchObject({ expired: 50, recovered: 100, failedAttempts: 0 });
  expect(counts.toJSON()).toMatchObject({ connections: 150, refused: 0 });
});

test('clients of Feathers keep their connections by renewing in band', async () => {
  const { port, counts } = await feathersServer();
  const seen = await storm(`
duration: 5s
target:
  url: ws://127.0.0.1:${port}/
  protocol:${PROTOCOL}
tokens: { lifetime: 4s, issued: together, carrier: message, renewal: in-band, refresh: { lead: 2s } }
clients: { arrive: { over: 500ms } }
`);
  expect(counts.toJSON()).toMatchObject({ connections: 50, authenticated: 50, refused: 0, expiries: 0 });
  expect(counts.of('renewals')).toBe(seen.refreshed);
  expect(seen.refreshed).toBeGreaterThanOrEqual(50);
});
