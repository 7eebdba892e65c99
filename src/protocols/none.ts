import type { ProtocolShape } from '../core/protocol/shape.ts';
import type { Codec } from './codec.ts';

/** A codec that sends nothing and understands nothing. */
export function noneCodec(shape: ProtocolShape): Codec {
  return {
    shape,
    subprotocols: [],
    dialSteps: [],
    path: (path) => path,
    authenticate: () => '',
    renew: () => null,
    join: () => null,
    command: () => '',
    ping: () => null,
    decode: (data) => data.length,
  };
}
