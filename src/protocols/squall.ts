import type { JsonProtocol } from '../core/protocol/json.ts';
import type { ProtocolShape } from '../core/protocol/shape.ts';
import { template } from '../core/template/template-text.ts';
import type { Codec } from './codec.ts';
import { jsonCodec } from './json.ts';

/** The frames of squall's own gateway. */
const FRAMES: JsonProtocol = {
  kind: 'json',
  authenticate: template('{"type":"authenticate","token":"{token}"}'),
  authenticated: { type: 'authenticated' },
  authRefused: { type: 'error', code: 'invalid-token' },
  command: template('{"type":"command","id":"{id}"}'),
  ack: { type: 'ack' },
  ackId: 'id',
  refused: { type: 'error' },
  expiring: { type: 'expiring' },
};

export function squallCodec(shape: ProtocolShape): Codec {
  return jsonCodec(FRAMES, shape);
}
