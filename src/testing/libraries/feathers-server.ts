import { createPublicKey } from 'node:crypto';
import { createServer } from 'node:http';
import { AuthenticationService, JWTStrategy } from '@feathersjs/authentication';
import { feathers, type Params } from '@feathersjs/feathers';
import socketio from '@feathersjs/socketio';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { listen } from '../../embedded/listen.ts';
import { Counts } from '../real-servers/counts.ts';
import { cutOf, HOST } from '../real-servers/served.ts';
import { mintedAccess } from '../real-servers/start-server.ts';

interface Caller extends Params {
  readonly authentication?: { readonly accessToken: string };
}

const claims = z.object({ sub: z.string(), exp: z.number() });
/** What the service that authenticates answers. */
const granted = z.object({ authentication: z.object({ payload: claims }) });

/** How much too early a timer may run, ms. */
const TIMER_ERROR_MS = 100;

/** Feathers 5 with its JWT strategy over Socket.IO, and a service `messages` for users, within the test's process. */
export async function feathersServer(): Promise<{
  readonly port: number;
  readonly counts: Counts;
  readonly drop: () => void;
}> {
  const { keys, issuer, audience } = await mintedAccess();
  const [key] = keys;
  if (key === undefined || typeof key === 'string') throw new Error('the minted tokens have no public key');
  const counts = new Counts();
  const app = feathers();
  app.set('authentication', {
    entity: null,
    secret: createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' }),
    authStrategies: ['jwt'],
    // A token in the upgrade's header is not what this server is for.
    parseStrategies: [],
    jwtOptions: { algorithms: ['ES256'], issuer, audience },
  });
  app.configure(
    socketio({ serveClient: false }, (io) => {
      io.on('connection', () => counts.add('connections'));
    }),
  );
  const authentication = new AuthenticationService(app);
  authentication.register('jwt', new JWTStrategy());
  app.use('authentication', authentication);
  const expiries = new WeakMap<object, number>();
  app.service('authentication').hooks({
    after: {
      create: ({ params: { connection }, result }) => {
        if (connection === undefined) return;
        counts.add(expiries.has(connection) ? 'renewals' : 'authenticated');
        expiries.set(connection, granted.parse(result).authentication.payload.exp * 1000);
      },
    },
    error: { create: () => counts.add('refused') },
  });
  app.use('messages', {
    create: async ({ id }: { readonly id: string }, params?: Caller) => {
      const { accessToken = '' } = params?.authentication ?? {};
      const { sub } = claims.parse(await authentication.verifyAccessToken(accessToken));
      counts.command(sub, id);
      return { id };
    },
  });
  // Feathers emits this for a connection whose token has expired, and then, or for another reason, for one that has gone.
  app.on('disconnect', (connection: object) => {
    if (Date.now() >= (expiries.get(connection) ?? Infinity) - TIMER_ERROR_MS) counts.add('expiries');
    expiries.delete(connection);
  });
  const http = createServer();
  const drop = cutOf(http);
  await app.setup(http);
  const port = await listen(http, HOST, 0);
  onTestFinished(async () => {
    drop();
    await app.teardown(http);
    http.close();
  });
  return { port, counts, drop };
}
