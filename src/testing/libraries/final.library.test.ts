import mqttPacket from 'mqtt-packet';
import { describe, expect, test } from 'vitest';
import { LIBRARIES } from '../../core/policy/libraries/index.ts';
import { NETWORK } from '../../core/signal.ts';
import { CRITICAL, delaysOf, distances, names, random, rounded, SAMPLES, squallSeries } from './comparison.ts';
import { UPTIME_MS } from './driver.ts';
import { realReturns, realReturnsRefused } from './real-clients.ts';
import { squallReturns } from './squall-clients.ts';

/** Close codes, at the ends of the ranges that libraries tell apart. 4401 and 4403 are left out: what they mean, an application decides. */
const CODES = [
  1000, 1001, 1002, 1005, 1006, 1008, 1009, 1011, 1012, 1013, 3000, 3499, 3500, 3999, 4000, 4001, 4004, 4010, 4014,
  4099, 4100, 4199, 4200, 4299, 4300, 4400, 4404, 4429, 4499, 4500, 4998, 4999,
];

function returnsIn(name: string, signal: number): boolean {
  return squallReturns(LIBRARIES[name]!.policy, signal, UPTIME_MS);
}

/** Close codes after which clients of the library, or those of squall, come back, and the others do not. */
async function differentCodes(name: string): Promise<readonly number[]> {
  const different = [];
  for (const code of CODES) {
    // A reason, as servers give: centrifuge looks at some codes only if there is one.
    const returns = await realReturns(name, (socket) => socket.end(code, code === 1006 ? '' : 'closed'));
    if (returns !== returnsIn(name, code)) different.push(code);
  }
  return different;
}

/** What differs between the reconnects of a library and squall's. */
async function differences(name: string): Promise<readonly string[]> {
  const codes = (await differentCodes(name)).map((code) => `close code ${code}`);
  const { policy } = LIBRARIES[name]!;
  const real = await delaysOf(name, random.includes(name) ? SAMPLES : 1);
  const agrees = random.includes(name)
    ? Math.max(...distances(real, policy)) < CRITICAL
    : rounded(real[0]!).join() === squallSeries(policy).join();
  return agrees ? codes : [...codes, 'delays'];
}

describe('close codes', () => {
  const others = names.filter((name) => LIBRARIES[name]!.protocol === undefined);

  test.each(others)('%s comes back after the same as squall', async (name) => {
    expect(await differentCodes(name)).toEqual([]);
  });
});

describe("delays and close codes are squall's", () => {
  test('of socket.io-client [socket.io: reconnect as its library does]', async () => {
    expect(await differences('socket.io-client')).toEqual([]);
  });

  test('of centrifuge [centrifugo: reconnect as its library does]', async () => {
    expect(await differences('centrifuge')).toEqual([]);
  });

  test('of graphql-ws [graphql-transport-ws: reconnect as its library does]', async () => {
    expect(await differences('graphql-ws')).toEqual([]);
  });

  test('of subscriptions-transport-ws [subscriptions-transport-ws: reconnect as its library does]', async () => {
    expect(await differences('subscriptions-transport-ws')).toEqual([]);
  });

  test('of mqtt [mqtt: reconnect as its library does]', async () => {
    expect(await differences('mqtt')).toEqual([]);
  });

  test('of stompjs [stomp: reconnect as its library does]', async () => {
    expect(await differences('stompjs')).toEqual([]);
  });

  test('of signalr [signalr: reconnect as its library does]', async () => {
    expect(await differences('signalr')).toEqual([]);
  });

  test('of web-pubsub [web-pubsub: reconnect as its library does]', async () => {
    expect(await differences('web-pubsub')).toEqual([]);
  });

  test('of phoenix [phoenix: reconnect as its library does]', async () => {
    expect(await differences('phoenix')).toEqual([]);
  });

  test('of supabase [supabase: reconnect as its library does]', async () => {
    expect(await differences('supabase')).toEqual([]);
  });

  test('of actioncable [actioncable: reconnect as its library does]', async () => {
    expect(await differences('actioncable')).toEqual([]);
  });

  test('of nats-core [nats: reconnect as its library does]', async () => {
    expect(await differences('nats-core')).toEqual([]);
  });

  test('of pusher-js [pusher: reconnect as its library does]', async () => {
    expect(await differences('pusher-js')).toEqual([]);
  });

  test('of aws-amplify [appsync-events: reconnect as its library does]', async () => {
    expect(await differences('aws-amplify')).toEqual([]);
  });

  test('of hocuspocus [hocuspocus: reconnect as its library does]', async () => {
    expect(await differences('hocuspocus')).toEqual([]);
  });
});

describe('messages that are final', () => {
  test('a DISCONNECT or CONNECT_ERROR packet ends socket.io-client', async () => {
    expect(await realReturns('socket.io-client', (socket) => socket.message('41'))).toBe(false);
    const refused = realReturnsRefused('socket.io-client', async (socket, world) => {
      socket.message('0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":20000}');
      await world.pass(1);
      socket.message('44{"message":"no"}');
    });
    expect(await refused).toBe(false);
    expect(returnsIn('socket.io-client', NETWORK.serverDisconnect)).toBe(false);
    expect(returnsIn('socket.io-client', NETWORK.authRefused)).toBe(false);
  });

  test('a refusing CONNACK ends mqtt', async () => {
    const connack = mqttPacket.generate({ cmd: 'connack', returnCode: 5, sessionPresent: false });
    expect(await realReturnsRefused('mqtt', (socket) => socket.message(connack))).toBe(false);
    expect(returnsIn('mqtt', NETWORK.authRefused)).toBe(false);
  });

  test.each([true, false])('a disconnect message with reconnect: %s ends actioncable, or not', async (reconnect) => {
    const returns = realReturns('actioncable', (socket) => socket.json({ type: 'disconnect', reason: 'x', reconnect }));
    expect(await returns).toBe(reconnect);
    expect(returnsIn('actioncable', NETWORK.serverDisconnect)).toBe(false);
  });

  test.each([
    ['UnauthorizedException', false],
    ['BadRequestException', false],
    ['LimitExceededError', true],
  ])('a connection_error with %s is final for aws-amplify, or not', async (errorType, comesBack) => {
    const refused = realReturnsRefused('aws-amplify', (socket) =>
      socket.json({ type: 'connection_error', errors: [{ errorType }] }),
    );
    expect(await refused).toBe(comesBack);
    expect(returnsIn('aws-amplify', NETWORK.authRefused)).toBe(false);
  });

  test('an ERROR that does not concern the token ends ably', async () => {
    const error = { action: 9, error: { code: 40_000, statusCode: 400, message: 'no' } };
    expect(await realReturns('ably', (socket) => socket.json(error))).toBe(false);
    expect(returnsIn('ably', NETWORK.serverDisconnect)).toBe(false);
  });

  test('an ABORT ends autobahn', async () => {
    const abort = JSON.stringify([3, {}, 'wamp.error.no_such_realm']);
    expect(await realReturnsRefused('autobahn', (socket) => socket.message(abort))).toBe(false);
    expect(returnsIn('autobahn', NETWORK.authRefused)).toBe(false);
  });

  test('an ERROR frame does not end stompjs', async () => {
    const refused = realReturnsRefused('stompjs', (socket) => socket.message('ERROR\nmessage:no\n\n\0'));
    expect(await refused).toBe(true);
    expect(returnsIn('stompjs', NETWORK.authRefused)).toBe(true);
  });

  test.each([
    [{}, false],
    [{ allowReconnect: true }, true],
  ])('a Close message with %j ends signalr, unless it allows a reconnect', async (fields, comesBack) => {
    const close = `${JSON.stringify({ type: 7, ...fields })}\u001E`;
    expect(await realReturns('signalr', (socket) => socket.message(close))).toBe(comesBack);
  });
});
