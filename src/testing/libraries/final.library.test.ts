import mqttPacket from 'mqtt-packet';
import { describe, expect, test } from 'vitest';
import { LIBRARIES } from '../../core/policy/libraries/index.ts';
import { NETWORK } from '../../core/signal.ts';
import { DRIVERS, UPTIME_MS } from './drivers.ts';
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

test.each(Object.keys(DRIVERS))('%s comes back after the same close codes as squall', async (name) => {
  const real = [];
  // A reason, as servers give: centrifuge looks at some codes only if there is one.
  for (const code of CODES) {
    if (await realReturns(name, (socket) => socket.end(code, code === 1006 ? '' : 'closed'))) real.push(code);
  }
  expect(real).toEqual(CODES.filter((code) => returnsIn(name, code)));
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

  test('a disconnect message ends actioncable where it says so', async () => {
    const disconnect = (reconnect: boolean) =>
      realReturns('actioncable', (socket) => socket.json({ type: 'disconnect', reason: 'x', reconnect }));
    expect(await disconnect(true)).toBe(true);
    expect(await disconnect(false)).toBe(false);
    expect(returnsIn('actioncable', NETWORK.serverDisconnect)).toBe(false);
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

  test('a Close message ends signalr, unless it allows a reconnect', async () => {
    const close = (fields: object) =>
      realReturns('signalr', (socket) => socket.message(`${JSON.stringify({ type: 7, ...fields })}\u001E`));
    expect(await close({})).toBe(false);
    expect(await close({ allowReconnect: true })).toBe(true);
  });
});
