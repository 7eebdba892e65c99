import { type Packet as AnyPacket, type Parser, parser } from 'mqtt-packet';

/** A packet of the server outside the hot path. */
export interface Packet {
  /** null: it breaks MQTT, or is none of these */
  readonly cmd: 'connack' | 'suback' | 'disconnect' | 'auth' | null;
  /** its return or reason code; in a SUBACK the code of the first subscription */
  readonly code: number;
  /** reason string of the server, or what is wrong with the packet */
  readonly said: string;
  /** keep alive that the server of a CONNACK asks for, seconds; 0: none */
  readonly keepAliveS?: number;
}

/**
 * Reads one whole packet at a time with one parser of `mqtt-packet`, which would keep buffers for each connection
 * otherwise.
 */
export class PacketReader {
  readonly #version: 4 | 5;
  #parser: Parser;
  #packet: Packet = NONE;

  constructor(version: 4 | 5) {
    this.#version = version;
    this.#parser = this.#newParser();
  }

  /** @param bytes one packet, from its first byte to its last */
  read(bytes: Buffer): Packet {
    if (bytes.length === BARE_AUTH.length && bytes.equals(BARE_AUTH)) return SUCCESS;
    this.#packet = NONE;
    try {
      if (this.#parser.parse(bytes) === 0 && this.#packet.cmd !== null) return this.#packet;
    } catch {
      // A packet that ends too early may throw within the parser.
    }
    const packet = this.#packet.cmd === null ? this.#packet : NONE;
    this.#parser = this.#newParser();
    return packet;
  }

  #newParser(): Parser {
    return parser({ protocolVersion: this.#version })
      .on('packet', (packet) => (this.#packet = summary(packet)))
      .on('error', (error: Error) => (this.#packet = { ...NONE, said: `a packet that breaks MQTT: ${error.message}` }));
  }
}

/** AUTH without a body means success (MQTT 5 section 3.15.2.1), which `mqtt-packet` 9.0.2 does not know. */
const BARE_AUTH = Buffer.from([0xf0, 0]);
const SUCCESS: Packet = { cmd: 'auth', code: 0, said: '' };
const NONE: Packet = { cmd: null, code: 0, said: 'a packet that breaks MQTT' };

function summary(packet: AnyPacket): Packet {
  switch (packet.cmd) {
    case 'connack': {
      const code = packet.returnCode ?? packet.reasonCode ?? -1;
      const keepAliveS = packet.properties?.serverKeepAlive ?? 0;
      return code < 0 ? NONE : { cmd: packet.cmd, code, said: saidIn(packet), keepAliveS };
    }
    case 'suback': {
      const [code] = packet.granted;
      return typeof code === 'number' ? { cmd: packet.cmd, code, said: saidIn(packet) } : NONE;
    }
    case 'disconnect':
    case 'auth':
      return { cmd: packet.cmd, code: packet.reasonCode ?? 0, said: saidIn(packet) };
    default:
      return NONE;
  }
}

function saidIn({ properties }: { readonly properties?: { readonly reasonString?: string } }): string {
  return properties?.reasonString ?? '';
}
