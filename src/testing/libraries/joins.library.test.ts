import { adapters, createConsumer } from '@rails/actioncable';
import { Client as StompClient } from '@stomp/stompjs';
import { Centrifuge } from 'centrifuge';
import { createClient as createGraphqlClient } from 'graphql-ws';
import mqtt from 'mqtt';
import { Socket as PhoenixSocket } from 'phoenix';
import { SubscriptionClient } from 'subscriptions-transport-ws';
import { describe, expect, test } from 'vitest';
import { DRIVERS } from './drivers.ts';
import { Fake, streamOver } from './fake-transports.ts';
import { FakeSocket } from './fake-socket.ts';
import { readable, TOKEN_DRIVERS } from './token-drivers.ts';
import { seeded, settle, World } from './world.ts';

const URL = 'ws://localhost:1/socket';

const idle = (): void => {};
const QUERY = 'subscription { room }';

/** Starts a client with one subscription. */
type Start = () => unknown;

/** Libraries that join by themselves over each connection, as squall does, with what is in the frame of a join. */
const JOINING: Readonly<Record<string, readonly [Start, RegExp]>> = {
  actioncable: [subscribeToCable, /"command":"subscribe"/],
  'aws-amplify': [() => DRIVERS['aws-amplify']!.start(URL), /"type":"subscribe"/],
  centrifuge: [
    () => {
      const client = new Centrifuge(URL, { websocket: Fake });
      client.newSubscription('room').subscribe();
      client.connect();
    },
    /"subscribe":\{"channel":"room"/,
  ],
  'graphql-ws': [
    () =>
      createGraphqlClient({ url: URL, webSocketImpl: Fake }).subscribe(
        { query: QUERY },
        { next: idle, error: idle, complete: idle },
      ),
    /"type":"subscribe"/,
  ],
  hocuspocus: [() => TOKEN_DRIVERS['hocuspocus']!(URL, () => 'token-1'), /token-1/],
  mqtt: [
    () => {
      const client = new mqtt.MqttClient(() => streamOver(new FakeSocket(URL)), { clientId: 'c', protocolVersion: 4 });
      client.on('error', idle);
      client.subscribe('room');
    },
    /room/,
  ],
  phoenix: [
    () => {
      const socket = new PhoenixSocket(URL, { transport: Fake });
      socket.connect();
      socket.channel('room').join();
    },
    /"phx_join"/,
  ],
  'pusher-js': [() => TOKEN_DRIVERS['pusher-js']!(URL, () => 'token-1'), /pusher:subscribe/],
  'subscriptions-transport-ws': [
    () => new SubscriptionClient(URL, { reconnect: true }, FakeSocket).request({ query: QUERY }).subscribe({}),
    /"type":"start"/,
  ],
};

function subscribeToCable(): void {
  Object.assign(adapters, { WebSocket: Fake });
  Object.assign(globalThis, { addEventListener: idle, removeEventListener: idle });
  createConsumer(URL).subscriptions.create('Room');
}

/** A socket that is open and greeted, after which `ms` have passed. */
async function open(name: string, world: World, ms: number): Promise<FakeSocket> {
  const socket = (await world.dialled())!;
  socket.open();
  await settle();
  await DRIVERS[name]!.greet?.(socket, world);
  await world.pass(ms);
  return socket;
}

const joinsIn = (socket: FakeSocket, join: RegExp): number =>
  socket.sent.filter((data) => join.test(readable(data))).length;

describe('joins over the next connection', () => {
  test.each(Object.keys(JOINING))('%s joins its channel again by itself', async (name) => {
    const [start, join] = JOINING[name]!;
    const world = new World(seeded(0));
    try {
      const started = start();
      if (started instanceof Promise) started.catch(() => {});
      for (let connection = 0; connection < 3; connection++) {
        const socket = await open(name, world, 10);
        expect(joinsIn(socket, join)).toBe(1);
        socket.end(1006);
        await settle();
      }
    } finally {
      world.end();
    }
  });

  test('stompjs leaves it to the application, which is told of each connection', async () => {
    const world = new World(seeded(0));
    try {
      const client = new StompClient({ webSocketFactory: () => new FakeSocket(URL) as never });
      let connections = 0;
      client.onConnect = () => {
        connections++;
        if (connections !== 2) client.subscribe('/room', idle);
      };
      client.activate();
      const joins: number[] = [];
      for (let connection = 0; connection < 3; connection++) {
        const socket = await open('stompjs', world, 10);
        joins.push(joinsIn(socket, /^SUBSCRIBE/));
        socket.end(1006);
        await settle();
      }
      expect([connections, joins]).toEqual([3, [1, 0, 1]]);
    } finally {
      world.end();
    }
  });

  test('actioncable asks again every 500 ms for a channel that is not confirmed', async () => {
    const world = new World(seeded(0));
    try {
      subscribeToCable();
      const socket = await open('actioncable', world, 2100);
      expect(joinsIn(socket, /"command":"subscribe"/)).toBe(5);
    } finally {
      world.end();
    }
  });
});
