import { generate, type Packet, parser } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { NETWORK } from '../core/signal.ts';
import type { Codec, Outgoing } from './codec.ts';
import { codecFor, decoded, survivesAnyCut, survivesAnything } from './decoded.test.helper.ts';
import { newView } from './registry.ts';

const old = codecFor('mqtt');
const five = codecFor({
  mqtt: {
    version: 5,
    clientId: '{user.id}',
    authenticationMethod: 'OAUTH2-JWT',
    clean: false,
    sessionExpiry: '1h',
    subscribe: 'to/{client}',
    topic: 'from/{client}',
    payload: 'do {id}',
  },
});

/** What a server reads. */
function read(codec: Codec, message: Outgoing | null): object {
  const { protocolVersion } = versionOf(codec);
  const packets: Packet[] = [];
  parser({ protocolVersion })
    .on('packet', (each) => packets.push(each))
    .parse(Buffer.from(message ?? ''));
  return { ...packets[0] };
}

function versionOf(codec: Codec): { readonly protocolVersion: 4 | 5 } {
  return { protocolVersion: codec === five ? 5 : 4 };
}

/** A packet of the server. */
function packet(codec: Codec, written: object): Buffer {
  return generate(written as Packet, versionOf(codec));
}

function connack(code: number, reasonString?: string): object {
  return {
    cmd: 'connack',
    sessionPresent: false,
    returnCode: code,
    reasonCode: code,
    ...(reasonString === undefined ? {} : { properties: { reasonString } }),
  };
}

describe('an MQTT codec', () => {
  it('needs its subprotocol', () => {
    expect(old.subprotocols).toEqual(['mqtt']);
  });

  it('writes the packets of a client of 3.1.1', () => {
    const view = newView(7);
    expect(read(old, old.authenticate('a.b', view))).toMatchObject({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clientId: 'squall-7',
      clean: true,
      keepalive: 60,
      username: 'squall',
      password: Buffer.from('a.b'),
    });
    expect(read(old, old.command(view, 12, false))).toMatchObject({
      cmd: 'publish',
      qos: 1,
      dup: false,
      retain: false,
      messageId: 13,
      topic: 'squall/commands',
      payload: Buffer.from('{"id":"7-12"}'),
    });
    expect(read(old, old.command(view, 12, true))).toMatchObject({ dup: true, messageId: 13 });
    expect(read(old, old.ping(view))).toMatchObject({ cmd: 'pingreq' });
    expect(old.join(view)).toBe(null);
    expect(old.renew('t', view)).toBe(null);
  });

  it('writes the packets of a client of 5, with AUTH in band', () => {
    const view = newView(7, { id: 'u-3' });
    const properties = { authenticationMethod: 'OAUTH2-JWT', authenticationData: Buffer.from('a.b') };
    expect(read(five, five.authenticate('a.b', view))).toMatchObject({
      protocolVersion: 5,
      clientId: 'u-3',
      clean: false,
      properties: { ...properties, sessionExpiryInterval: 3600 },
    });
    expect(read(five, five.authenticate('a.b', view))).not.toHaveProperty('password');
    expect(read(five, five.command(view, 65_535, false))).toMatchObject({
      messageId: 1,
      topic: 'from/7',
      payload: Buffer.from('do 7-65535'),
    });
    expect(read(five, five.renew('c.d', view))).toMatchObject({
      cmd: 'auth',
      reasonCode: 0x19,
      properties: { authenticationMethod: 'OAUTH2-JWT', authenticationData: Buffer.from('c.d') },
    });
  });

  it('writes payloads of any length and any characters', () => {
    const codec = codecFor({ mqtt: { payload: `{id}${'ü'.repeat(3000)}`, topic: 'ä/{client}' } });
    expect(read(codec, codec.command(newView(7), 3, false))).toMatchObject({
      topic: 'ä/7',
      payload: Buffer.from(`7-3${'ü'.repeat(3000)}`),
    });
  });

  it('follows the keep alive of a server of version 5, as MQTT.js does, which ignores 0', () => {
    const announced = { ...connack(0), properties: { serverKeepAlive: 5 } };
    expect(decoded(five, packet(five, announced), newView(7))).toEqual([
      { kind: 'authenticated', pingEveryMs: 5000, pingTimeoutMs: 2500 },
    ]);
    const none = { ...connack(0), properties: { serverKeepAlive: 0 } };
    expect(decoded(five, packet(five, none), newView(7))).toEqual([{ kind: 'authenticated' }]);
    expect([five.shape.keepAlive.announced, old.shape.keepAlive.announced]).toEqual([true, undefined]);
  });

  it('subscribes before it is ready, and says when that is refused', () => {
    const view = newView(7);
    expect(five.shape.joins).toBe(1);
    expect(decoded(five, packet(five, connack(0)), view)).toEqual([{ kind: 'authenticated' }]);
    expect(read(five, five.join(view))).toMatchObject({ cmd: 'subscribe', subscriptions: [{ topic: 'to/7', qos: 1 }] });
    const refused = packet(five, { cmd: 'suback', messageId: 65_535, granted: [0x87] });
    expect(decoded(five, refused, view)).toEqual([
      {
        kind: 'joinRefused',
        signal: NETWORK.serverDisconnect,
        advice: 'refresh',
        remark: 'SUBACK 0x87: not authorized',
      },
    ]);
    expect(five.join(view)).not.toBe(null);
    const granted = packet(five, { cmd: 'suback', messageId: 65_535, granted: [1] });
    expect(decoded(five, granted, view)).toEqual([{ kind: 'joined' }]);
    expect(five.join(view)).toBe(null);
  });

  const refused = { kind: 'refused', signal: NETWORK.authRefused };
  it.each([
    [old, 1, { ...refused, advice: 'stop', remark: 'CONNACK 0x01: unacceptable protocol version' }],
    [old, 2, { ...refused, advice: 'stop', remark: 'CONNACK 0x02: identifier rejected' }],
    [old, 3, { ...refused, advice: 'retry', remark: 'CONNACK 0x03: server unavailable' }],
    [old, 4, { ...refused, remark: 'CONNACK 0x04: bad user name or password' }],
    [old, 5, { ...refused, remark: 'CONNACK 0x05: not authorized' }],
    [five, 0x86, { ...refused, remark: 'CONNACK 0x86: bad user name or password' }],
    [five, 0x87, { ...refused, advice: 'refresh', remark: 'CONNACK 0x87: not authorized' }],
    [five, 0x88, { ...refused, advice: 'retry', remark: 'CONNACK 0x88: server unavailable' }],
    [five, 0x8a, { ...refused, advice: 'stop', remark: 'CONNACK 0x8a: banned' }],
    [five, 0x9c, { ...refused, advice: 'retry', remark: 'CONNACK 0x9c: use another server' }],
    [five, 0x9d, { ...refused, advice: 'stop', remark: 'CONNACK 0x9d: server moved' }],
    [five, 0x9f, { ...refused, advice: 'retry', remark: 'CONNACK 0x9f: connection rate exceeded' }],
  ])('reads a refusal of %o by code %i', (codec, code, message) => {
    expect(decoded(codec, packet(codec, connack(code)))).toEqual([message]);
  });

  it('reads the refusal of a server that does not speak 5', () => {
    expect(decoded(five, Buffer.from([0x20, 2, 0, 1]))).toMatchObject([{ kind: 'refused', advice: 'stop' }]);
  });

  it.each([
    [0x00, 'retry', 'DISCONNECT 0x00: normal disconnection'],
    [0x87, 'refresh', 'DISCONNECT 0x87: not authorized'],
    [0x8b, 'retry', 'DISCONNECT 0x8b: server shutting down'],
    [0x8e, 'stop', 'DISCONNECT 0x8e: session taken over'],
    [0x98, 'retry', 'DISCONNECT 0x98: administrative action'],
    [0x9d, 'stop', 'DISCONNECT 0x9d: server moved'],
    [0xa0, 'refresh', 'DISCONNECT 0xa0: maximum connect time'],
  ])('reads a disconnection with reason %i', (reasonCode, advice, remark) => {
    expect(decoded(five, packet(five, { cmd: 'disconnect', reasonCode }))).toEqual([
      { kind: 'closing', signal: NETWORK.serverDisconnect, advice, remark },
    ]);
  });

  it("quotes the server's reason", () => {
    const frame = packet(five, { cmd: 'disconnect', reasonCode: 0x87, properties: { reasonString: 'token expired' } });
    expect(decoded(five, frame)).toMatchObject([{ remark: 'DISCONNECT 0x87: not authorized, "token expired"' }]);
  });

  it('reads acknowledgements and refusals of commands', () => {
    expect(decoded(old, packet(old, { cmd: 'puback', messageId: 1 }))).toEqual([{ kind: 'ack' }]);
    const view = newView(7);
    five.command(view, 9, false);
    five.command(view, 4, true);
    const ack = (messageId: number, reasonCode?: number): Buffer =>
      packet(five, { cmd: 'puback', messageId, reasonCode });
    expect(decoded(five, ack(10), view)).toEqual([{ kind: 'ack', seq: 9 }]);
    expect(decoded(five, ack(5, 0x10), view)).toEqual([{ kind: 'ack', seq: 4 }]);
    expect(decoded(five, ack(10, 0x87), view)).toEqual([{ kind: 'commandRefused', seq: 9 }]);
    expect(decoded(five, ack(11), view)).toEqual([{ kind: 'other' }]);
    expect(decoded(five, Buffer.from([0x40, 1, 0]), view)).toEqual([{ kind: 'other' }]);
  });

  it('takes an identifier for that of the last command that has it', () => {
    const view = newView(7);
    old.command(view, 200_000, false);
    const none = Buffer.from([0x40, 2, 0, 0]);
    expect(decoded(old, none, view)).toEqual([{ kind: 'other' }]);
    old.command(view, 65_534, false);
    expect(decoded(old, none, view)).toEqual([{ kind: 'other' }]);
    old.command(view, 200_000, false);
    for (const seq of [200_000, 199_990, 140_000, 134_466]) {
      const frame = packet(old, { cmd: 'puback', messageId: (seq % 65_535) + 1 });
      expect(decoded(old, frame, view)).toEqual([{ kind: 'ack', seq }]);
    }
  });

  it('acknowledges messages with QoS 1, and no others', () => {
    const message = (qos: number): Buffer =>
      packet(five, { cmd: 'publish', topic: 'to/7', payload: 'x', qos, messageId: 515, dup: false, retain: false });
    expect(decoded(five, message(1))).toEqual([{ kind: 'known', reply: Buffer.from([0x40, 2, 2, 3]) }]);
    expect(decoded(five, message(0))).toEqual([{ kind: 'known' }]);
    expect(decoded(five, Buffer.from([0x32, 3, 0, 9, 1]))).toMatchObject([{ kind: 'closing' }]);
  });

  it('reads the answers to AUTH', () => {
    const view = { ...newView(7), step: 3 };
    five.renew('a.b', view);
    const success = packet(five, { cmd: 'auth', reasonCode: 0, properties: { authenticationMethod: 'OAUTH2-JWT' } });
    expect(decoded(five, success, view)).toEqual([{ kind: 'renewed' }]);
    expect(decoded(five, Buffer.from([0xf0, 0]), view)).toEqual([{ kind: 'renewed' }]);
    const properties = { authenticationMethod: 'OAUTH2-JWT', authenticationData: Buffer.from('a.b') };
    expect(decoded(five, packet(five, { cmd: 'auth', reasonCode: 0x18, properties }), view)).toEqual([
      { kind: 'known', reply: packet(five, { cmd: 'auth', reasonCode: 0x18, properties }) },
    ]);
  });

  it('reads several packets of one frame, and the answer to a ping', () => {
    const frame = Buffer.concat([packet(old, { cmd: 'pingresp' }), packet(old, { cmd: 'puback', messageId: 1 })]);
    expect(decoded(old, frame)).toEqual([{ kind: 'known' }, { kind: 'ack' }]);
  });

  it('ends a stream that it cannot read any more', () => {
    for (const bytes of [
      [0x20, 0xff, 0xff, 0xff, 0xff],
      [0x20, 0xff, 0xff, 0xff, 0x7f],
      [0x20, 1, 0],
    ]) {
      expect(decoded(old, Buffer.from(bytes))).toMatchObject([{ kind: 'closing', signal: NETWORK.badFrame }]);
    }
    expect(decoded(old, 'text')).toEqual([{ kind: 'other' }]);
  });

  it.each([
    ['3.1.1', old],
    ['5', five],
  ])('means the same wherever frames of %s end, and survives anything', (_, codec) => {
    const frames = [
      packet(codec, connack(0)),
      packet(codec, { cmd: 'puback', messageId: 1 }),
      packet(codec, { cmd: 'pingresp' }),
      packet(codec, { cmd: 'suback', messageId: 65_535, granted: [1] }),
      packet(codec, {
        cmd: 'publish',
        topic: 'a',
        payload: 'x'.repeat(300),
        qos: 1,
        messageId: 515,
        dup: false,
        retain: false,
      }),
      ...(codec === five ? [packet(five, { cmd: 'disconnect', reasonCode: 0x8b })] : []),
    ];
    expect(survivesAnyCut(codec, frames)).toBe(true);
    expect(
      survivesAnything(
        codec,
        frames.map((frame) => frame.toString('latin1')),
      ),
    ).toBe(true);
  });
});
