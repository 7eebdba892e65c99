import * as library from '@rails/actioncable';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { mintedAccess, type RealServer, startServer } from '../real-servers/start-server.ts';
import { accessToken } from '../real-servers/tokens.ts';

const { adapters, createConsumer } = library;
/** Exported by the library, and unknown to its types. */
const { ConnectionMonitor } = library as unknown as { readonly ConnectionMonitor: { staleThreshold: number } };

/** Silence after which the library connects again, s; more than the server's beat, less than the library's 6. */
const STALE_S = 3.5;

/** The stub of Action Cable with @rails/actioncable, before squall is held against it. */
describe('the Action Cable stub', () => {
  const { addEventListener, removeEventListener } = globalThis as {
    addEventListener?: unknown;
    removeEventListener?: unknown;
  };
  const usual = ConnectionMonitor.staleThreshold;
  beforeAll(() => {
    // The library is written for browsers, and heeds whether its page is visible.
    Object.assign(globalThis, { addEventListener: () => {}, removeEventListener: () => {} });
    adapters.WebSocket = WebSocket as never;
    ConnectionMonitor.staleThreshold = STALE_S;
  });
  afterAll(() => {
    Object.assign(globalThis, { addEventListener, removeEventListener });
    ConnectionMonitor.staleThreshold = usual;
  });

  test('welcomes the library, confirms its subscription, and lets its application acknowledge commands', async () => {
    const server = await startServer('actioncable', { ...(await mintedAccess()), carrier: 'query', channel: 'Room' });
    const token = await accessToken('u-1', 60);
    const room = subscribe(
      consumerOf(server, () => token),
      'Room',
    );
    expect(await room.next()).toBe('connected');
    room.send({ action: 'do', id: 'c1-1' });
    expect(await room.next()).toEqual({ type: 'done', id: 'c1-1' });
    room.send({ action: 'do', id: 'c1-1' });
    await room.next();
    const counts = await server.counts();
    expect(counts).toMatchObject({ connections: 1, authenticated: 1, joins: 1, commands: 2, duplicateCommands: 1 });
    expect(counts.strangeMessages).toBe(0);
  });

  test('rejects another channel, which the library forgets', async () => {
    const server = await startServer('actioncable', { ...(await mintedAccess()), carrier: 'query', channel: 'Room' });
    const token = await accessToken('u-1', 60);
    expect(
      await subscribe(
        consumerOf(server, () => token),
        'Other',
      ).next(),
    ).toBe('rejected');
    expect(await server.counts()).toMatchObject({ joins: 0, joinsRefused: 1 });
  });

  test('disconnects a client without a good token, and one whose token expires; neither comes back', async () => {
    const server = await startServer('actioncable', { ...(await mintedAccess()), carrier: 'query', channel: 'Room' });
    const stranger = subscribe(
      consumerOf(server, () => 'no token'),
      'Room',
    );
    expect(await stranger.next()).toBe('disconnected, for good');
    const token = await accessToken('u-1', 1);
    const consumer = consumerOf(server, () => token);
    const room = subscribe(consumer, 'Room');
    expect(await room.next()).toBe('connected');
    expect(await room.next()).toBe('disconnected, for good');
    expect(await server.counts()).toMatchObject({ connections: 2, expiries: 1, refused: 1 });
  });

  test('cuts every connection on request, and the library connects and subscribes again', async () => {
    const server = await startServer('actioncable', { ...(await mintedAccess()), carrier: 'query', channel: 'Room' });
    const token = await accessToken('u-1', 60);
    const room = subscribe(
      consumerOf(server, () => token),
      'Room',
    );
    expect(await room.next()).toBe('connected');
    await server.drop();
    expect(await room.next()).toBe('disconnected');
    expect(await room.next()).toBe('connected');
    expect(await server.counts()).toMatchObject({ connections: 2, authenticated: 2, joins: 2 });
  });
});

function consumerOf({ port }: RealServer, token: () => string): library.Consumer {
  const consumer = createConsumer(() => `ws://127.0.0.1:${port}/cable?jid=${token()}`);
  onTestFinished(() => consumer.disconnect());
  return consumer;
}

/** A subscription whose events are read one after another. */
function subscribe(consumer: library.Consumer, channel: string) {
  const events: unknown[] = [];
  let awaited: (() => void) | null = null;
  const happened = (event: unknown): void => {
    events.push(event);
    awaited?.();
  };
  const subscription = consumer.subscriptions.create(channel, {
    connected: () => happened('connected'),
    disconnected: ({ willAttemptReconnect }: { readonly willAttemptReconnect: boolean | undefined }) =>
      happened(willAttemptReconnect === true ? 'disconnected' : 'disconnected, for good'),
    rejected: () => happened('rejected'),
    received: (message: unknown) => happened(message),
  });
  return {
    send: (data: object) => void subscription.send(data),
    next: async (): Promise<unknown> => {
      while (events.length === 0) await new Promise<void>((resolve) => (awaited = resolve));
      return events.shift();
    },
  };
}
