import type { Advice } from '../core/policy/advice.ts';

/** The meaning of a reason code for a client: its name in the specification, and the next step. */
export interface Reason {
  readonly name: string;
  /** null: as for any refusal or end */
  readonly advice: Advice | null;
}

/** Return codes of CONNACK in MQTT 3.1.1 (section 3.2.2.3). */
const RETURN_CODES = new Map<number, Reason>([
  [1, { name: 'unacceptable protocol version', advice: 'stop' }],
  [2, { name: 'identifier rejected', advice: 'stop' }],
  [3, { name: 'server unavailable', advice: 'retry' }],
  [4, { name: 'bad user name or password', advice: null }],
  [5, { name: 'not authorized', advice: null }],
]);

/**
 * Reason codes of CONNACK, SUBACK, PUBACK and DISCONNECT in MQTT 5 (section 2.4). What would be refused again, because the
 * client is wrong about the server, is final; so is a session that another connection took over, as both would end each other
 * without end, and a server that has moved for good, since references to other servers are not followed.
 */
const REASON_CODES = new Map<number, Reason>([
  [0x00, { name: 'normal disconnection', advice: 'retry' }],
  [0x01, { name: 'unacceptable protocol version', advice: 'stop' }],
  [0x80, { name: 'unspecified error', advice: 'retry' }],
  [0x81, { name: 'malformed packet', advice: 'stop' }],
  [0x82, { name: 'protocol error', advice: 'stop' }],
  [0x83, { name: 'implementation specific error', advice: 'retry' }],
  [0x84, { name: 'unsupported protocol version', advice: 'stop' }],
  [0x85, { name: 'client identifier not valid', advice: 'stop' }],
  [0x86, { name: 'bad user name or password', advice: null }],
  [0x87, { name: 'not authorized', advice: 'refresh' }],
  [0x88, { name: 'server unavailable', advice: 'retry' }],
  [0x89, { name: 'server busy', advice: 'retry' }],
  [0x8a, { name: 'banned', advice: 'stop' }],
  [0x8b, { name: 'server shutting down', advice: 'retry' }],
  [0x8c, { name: 'bad authentication method', advice: 'stop' }],
  [0x8d, { name: 'keep alive timeout', advice: 'retry' }],
  [0x8e, { name: 'session taken over', advice: 'stop' }],
  [0x8f, { name: 'topic filter invalid', advice: 'stop' }],
  [0x90, { name: 'topic name invalid', advice: 'stop' }],
  [0x91, { name: 'packet identifier in use', advice: 'retry' }],
  [0x93, { name: 'receive maximum exceeded', advice: 'retry' }],
  [0x94, { name: 'topic alias invalid', advice: 'stop' }],
  [0x95, { name: 'packet too large', advice: 'stop' }],
  [0x96, { name: 'message rate too high', advice: 'retry' }],
  [0x97, { name: 'quota exceeded', advice: 'retry' }],
  [0x98, { name: 'administrative action', advice: 'retry' }],
  [0x99, { name: 'payload format invalid', advice: 'stop' }],
  [0x9a, { name: 'retain not supported', advice: 'stop' }],
  [0x9b, { name: 'QoS not supported', advice: 'stop' }],
  [0x9c, { name: 'use another server', advice: 'retry' }],
  [0x9d, { name: 'server moved', advice: 'stop' }],
  [0x9e, { name: 'shared subscriptions not supported', advice: 'stop' }],
  [0x9f, { name: 'connection rate exceeded', advice: 'retry' }],
  // Brokers that end a connection with its token say this, such as RabbitMQ 4.
  [0xa0, { name: 'maximum connect time', advice: 'refresh' }],
  [0xa1, { name: 'subscription identifiers not supported', advice: 'stop' }],
  [0xa2, { name: 'wildcard subscriptions not supported', advice: 'stop' }],
]);

const UNKNOWN: Reason = { name: 'unknown reason', advice: null };

/** The reason of a CONNACK of a version. */
export function connackReason(version: 4 | 5, code: number): Reason {
  return (version === 5 ? REASON_CODES : RETURN_CODES).get(code) ?? UNKNOWN;
}

/** The reason of a packet of MQTT 5; 0x80 is also the failure in a SUBACK of 3.1.1. */
export function reasonOf(code: number): Reason {
  return REASON_CODES.get(code) ?? UNKNOWN;
}
