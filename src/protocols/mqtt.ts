/**
 * MQTT 3.1.1 (OASIS standard of 2014) and 5 (OASIS standard of 2019) over WebSocket: section 6 of both asks for binary
 * frames, which need not end where packets do. `mqtt-packet` writes and reads the packets of the handshake and of the end;
 * PUBLISH and PUBACK, which every command costs, are written and read here.
 *
 * The packet identifier of command `seq` is `seq % 65535 + 1`, as identifiers are 1 to 65535.
 */
import { generate } from 'mqtt-packet';
import { credentialsOf, type MqttProtocol } from '../core/protocol/mqtt.ts';
import type { ProtocolShape } from '../core/protocol/shape.ts';
import { NETWORK } from '../core/signal.ts';
import { asIs, fill, inJson, type Escape, type HoleValues, type Template } from '../core/template/template.ts';
import { type ClientView, type Codec, type Inbound, INBOUND, type Outgoing } from './codec.ts';
import { isJsonTemplate } from './json-frame.ts';
import { connackReason, type Reason, reasonOf } from './mqtt-codes.ts';
import { type Packet, PacketReader } from './mqtt-packets.ts';
import { bodyAt, lengthBytes, packetLength, writeLength } from './mqtt-lengths.ts';
import { BROKEN, StreamCutter, UNKNOWN } from './stream.ts';

/** Upper half of a packet's first byte. */
const TYPE = { connack: 2, publish: 3, puback: 4, suback: 9, pingresp: 13, disconnect: 14, auth: 15 } as const;

const PUBLISH_QOS_1 = 0x32;
const DUP = 0x08;
const PUBACK = 0x40;
const PINGREQ = Buffer.from([0xc0, 0]);
const IDS = 65_535;
/** No command has it while a subscription is under way. */
const SUBSCRIBE_ID = IDS;
/** Length of the properties of a PUBLISH without any. */
const NO_PROPERTIES = 0;
/** First reason code of a failure. */
const FAILURE = 0x80;
const CONTINUE = 0x18;
const REAUTHENTICATE = 0x19;

/** Places of a connection in its handshake: `view.step`. */
const STEP = { connecting: 0, connected: 1, subscribing: 2, ready: 3 } as const;

export function mqttCodec(protocol: MqttProtocol, shape: ProtocolShape): Codec {
  return new MqttCodec(protocol, shape);
}

class MqttCodec implements Codec {
  readonly shape: ProtocolShape;
  readonly subprotocols: readonly string[] = ['mqtt'];
  readonly dialSteps = [];
  readonly #protocol: MqttProtocol;
  readonly #credentials: ReturnType<typeof credentialsOf>;
  readonly #escape: Escape;
  readonly #cutter = new StreamCutter(packetLength);
  readonly #reader: PacketReader;
  readonly #isFive: boolean;

  constructor(protocol: MqttProtocol, shape: ProtocolShape) {
    this.shape = shape;
    this.#protocol = protocol;
    this.#credentials = credentialsOf(protocol);
    this.#escape = isJsonTemplate(protocol.payload) ? inJson : asIs;
    this.#isFive = protocol.version === 5;
    this.#reader = new PacketReader(protocol.version);
  }

  path(path: string): string {
    return path;
  }

  authenticate(token: string, view: ClientView): Outgoing {
    const { version, clientId, keepaliveMs, clean } = this.#protocol;
    const { username, password } = this.#credentials;
    view.holes.token = token;
    const name = filled(username, view.holes);
    return generate(
      {
        cmd: 'connect',
        protocolId: 'MQTT',
        protocolVersion: version,
        clientId: fill(clientId, view.holes),
        clean,
        keepalive: keepaliveMs / 1000,
        ...(name === null ? {} : { username: name }),
        ...(password === null ? {} : { password: Buffer.from(fill(password, view.holes)) }),
        ...(this.#isFive ? { properties: this.#connectProperties(view.holes) } : {}),
      },
      { protocolVersion: version },
    );
  }

  renew(token: string, view: ClientView): Outgoing | null {
    view.holes.token = token;
    return this.shape.renewsInBand ? this.#auth(REAUTHENTICATE, view.holes) : null;
  }

  join(view: ClientView): Outgoing | null {
    const { subscribe, version } = this.#protocol;
    if (subscribe === null || view.step !== STEP.connected) return null;
    view.step = STEP.subscribing;
    return generate(
      { cmd: 'subscribe', messageId: SUBSCRIBE_ID, subscriptions: [{ topic: fill(subscribe, view.holes), qos: 1 }] },
      { protocolVersion: version },
    );
  }

  command(view: ClientView, seq: number, again: boolean): Outgoing {
    const { holes } = view;
    const last = holes.seq ?? 0;
    holes.seq = seq;
    const topic = fill(this.#protocol.topic, holes);
    const payload = fill(this.#protocol.payload, holes, this.#escape);
    const first = again ? PUBLISH_QOS_1 | DUP : PUBLISH_QOS_1;
    const packet = this.#publish(first, topic, (seq % IDS) + 1, payload);
    // An acknowledgement means the last command that was sent with its identifier.
    if (last > seq) holes.seq = last;
    return packet;
  }

  #publish(first: number, topic: string, id: number, payload: string): Buffer {
    const topicBytes = Buffer.byteLength(topic);
    const remaining = 2 + topicBytes + 2 + (this.#isFive ? 1 : 0) + Buffer.byteLength(payload);
    const packet = Buffer.allocUnsafe(1 + lengthBytes(remaining) + remaining);
    packet[0] = first;
    let at = writeLength(packet, 1, remaining);
    at = packet.writeUInt16BE(topicBytes, at);
    at += packet.write(topic, at);
    at = packet.writeUInt16BE(id, at);
    if (this.#isFive) packet[at++] = NO_PROPERTIES;
    packet.write(payload, at);
    return packet;
  }

  ping(): Outgoing | null {
    return PINGREQ;
  }

  decode(data: Buffer, isBinary: boolean, view: ClientView, into: Inbound, from: number): number {
    if (!isBinary) return data.length;
    const cutter = this.#cutter;
    const length = cutter.cut(data, from, view);
    if (length === UNKNOWN) into.kind = INBOUND.known;
    else if (length === BROKEN) broken(into, 'a packet whose length MQTT does not allow, or of more than 1 MiB');
    else this.#understand(cutter.data, cutter.from, cutter.to, view, into);
    return cutter.next;
  }

  #understand(data: Buffer, from: number, to: number, view: ClientView, into: Inbound): void {
    switch (data[from]! >> 4) {
      case TYPE.puback:
        return this.#acknowledged(data, from, to, view, into);
      case TYPE.publish:
        return this.#published(data, from, to, into);
      case TYPE.pingresp:
        into.kind = INBOUND.known;
        return;
      case TYPE.connack:
      case TYPE.suback:
      case TYPE.disconnect:
      case TYPE.auth:
        return this.#rare(this.#reader.read(data.subarray(from, to)), view, into);
      default:
    }
  }

  #acknowledged(data: Buffer, from: number, to: number, view: ClientView, into: Inbound): void {
    const at = bodyAt(data, from);
    if (to < at + 2) return;
    const last = view.holes.seq ?? 0;
    const id = data.readUInt16BE(at);
    const seq = last - ((last - (id - 1)) % IDS);
    if (id === 0 || seq > last || seq < 0) return;
    into.seq = seq;
    into.kind = this.#isFive && to > at + 2 && data[at + 2]! >= FAILURE ? INBOUND.commandRefused : INBOUND.ack;
  }

  /** Acknowledges a message of QoS 1. Others need no answer: one of QoS 2 does not come to a subscription with QoS 1. */
  #published(data: Buffer, from: number, to: number, into: Inbound): void {
    into.kind = INBOUND.known;
    if (((data[from]! >> 1) & 3) !== 1) return;
    const topicAt = bodyAt(data, from);
    const idAt = topicAt + 2 <= to ? topicAt + 2 + data.readUInt16BE(topicAt) : to;
    if (idAt + 2 > to) return broken(into, 'a PUBLISH packet without its identifier');
    into.reply = Buffer.from([PUBACK, 2, data[idAt]!, data[idAt + 1]!]);
  }

  #rare(packet: Packet, view: ClientView, into: Inbound): void {
    switch (packet.cmd) {
      case 'connack':
        return this.#connected(packet, view, into);
      case 'suback':
        return subscribed(packet.code, packet.said, view, into);
      case 'disconnect': {
        const reason = reasonOf(packet.code);
        into.kind = INBOUND.closing;
        into.signal = NETWORK.serverDisconnect;
        into.advice = reason.advice;
        into.remark = worded('DISCONNECT', packet.code, reason, packet.said);
        return;
      }
      case 'auth':
        return this.#challenged(packet.code, view, into);
      case null:
        return broken(into, packet.said);
    }
  }

  #connected({ code, said, keepAliveS = 0 }: Packet, view: ClientView, into: Inbound): void {
    if (view.step !== STEP.connecting) return;
    if (code === 0) {
      view.step = STEP.connected;
      into.kind = INBOUND.authenticated;
      // MQTT.js 5.16.0 keeps to its own keep alive where the server's is 0.
      into.pingEveryMs = keepAliveS * 1000;
      into.pingTimeoutMs = keepAliveS * 500;
      return;
    }
    const reason = connackReason(this.#protocol.version, code);
    into.kind = INBOUND.refused;
    into.signal = NETWORK.authRefused;
    into.advice = reason.advice;
    into.remark = worded('CONNACK', code, reason, said);
  }

  /** AUTH of the server (MQTT 5 section 4.12): a step of the authentication, or the success of a later one. */
  #challenged(code: number, view: ClientView, into: Inbound): void {
    if (code === CONTINUE) {
      into.kind = INBOUND.known;
      into.reply = this.#auth(CONTINUE, view.holes);
    } else if (code === 0 && view.step !== STEP.connecting) into.kind = INBOUND.renewed;
  }

  #auth(reasonCode: number, holes: HoleValues): Outgoing {
    return generate(
      { cmd: 'auth', reasonCode, properties: this.#authentication(holes) },
      { protocolVersion: this.#protocol.version },
    );
  }

  #connectProperties(holes: HoleValues): object {
    const { sessionExpiryMs } = this.#protocol;
    const expiry = sessionExpiryMs === 0 ? {} : { sessionExpiryInterval: Math.ceil(sessionExpiryMs / 1000) };
    return { ...expiry, ...this.#authentication(holes) };
  }

  #authentication(holes: HoleValues): object {
    const { authenticationMethod } = this.#protocol;
    const { data } = this.#credentials;
    if (authenticationMethod === null) return {};
    return { authenticationMethod, ...(data === null ? {} : { authenticationData: Buffer.from(fill(data, holes)) }) };
  }
}

function subscribed(code: number, said: string, view: ClientView, into: Inbound): void {
  if (view.step !== STEP.subscribing) return;
  if (code < FAILURE) {
    view.step = STEP.ready;
    into.kind = INBOUND.joined;
    return;
  }
  const reason = reasonOf(code);
  view.step = STEP.connected;
  into.kind = INBOUND.joinRefused;
  into.signal = NETWORK.serverDisconnect;
  into.advice = reason.advice;
  into.remark = worded('SUBACK', code, reason, said);
}

function broken(into: Inbound, remark: string): void {
  into.kind = INBOUND.closing;
  into.signal = NETWORK.badFrame;
  into.remark = remark;
}

function filled(template: Template | null, holes: HoleValues): string | null {
  return template === null ? null : fill(template, holes);
}

/** @example worded('CONNACK', 0x87, reason, '') // 'CONNACK 0x87: not authorized' */
function worded(packet: string, code: number, { name }: Reason, said: string): string {
  const hex = code.toString(16).padStart(2, '0');
  return `${packet} 0x${hex}: ${name}${said === '' ? '' : `, "${said}"`}`;
}
