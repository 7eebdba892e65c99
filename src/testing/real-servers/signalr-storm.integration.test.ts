import { expect, test } from 'vitest';
import { mintedAccess, startServer } from './start-server.ts';
import { countedAlike, dropAndExpiry } from './storm.ts';

const HUB =
  '{ signalr: { method: Do, join: { method: Join, arguments: \'"news"\' }, expired: { allowReconnect: true, error: { exists: false } } } }';

test.each([
  ['of SignalR', {}, 1],
  ['of SignalR behind Azure SignalR Service', { redirects: true }, 2],
])(
  'clients %s negotiate before each connection, and the negotiations are what a storm hits second [signalr: joined, expiry seen as such]',
  async (_what, options, negotiations) => {
    const server = await startServer('signalr', { ...(await mintedAccess()), atExpiry: 'close', ...options });
    const seen = await dropAndExpiry(
      `{ url: ws://127.0.0.1:${server.port}/chat, protocol: ${HUB} }`,
      'tokens.carrier=header',
    );
    const counts = await server.counts();
    expect(seen).toMatchObject(countedAlike(counts));
    expect(seen).toMatchObject({ expired: 50, recovered: 100, failedAttempts: 0 });
    expect(counts).toMatchObject({
      connections: 150,
      joins: 150,
      refused: 0,
      negotiations: negotiations * 150,
      negotiationsRefused: 0,
    });
    const { curves, timings } = seen.run.outcome.measurements;
    expect(curves.total('dialRequests')).toBe(counts.negotiations);
    expect(timings.dialRequest).toMatchObject({ count: counts.negotiations, failures: new Map() });
  },
);
