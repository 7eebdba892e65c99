import { jsonFields } from '../core/protocol/json-keys.ts';
import type { ProtocolShape } from '../core/protocol/shape.ts';
import type { ProtocolUse } from '../core/protocol/spec.ts';
import type { Codec } from './codec.ts';
import { jsonCodec } from './json.ts';

/** The frames of squall's own gateway. */
const FRAMES = jsonFields.parse({
  authenticate: '{"type":"authenticate","token":"{token}"}',
  authenticated: { type: 'authenticated' },
  authRefused: { type: 'error', code: 'invalid-token' },
  command: '{"type":"command","id":"{id}"}',
  ack: { type: 'ack' },
  ackId: 'id',
  refused: { type: 'error' },
  expiring: { type: 'expiring' },
});

export function squallCodec(shape: ProtocolShape, use: ProtocolUse): Codec {
  return jsonCodec({ kind: 'json', ...FRAMES }, shape, use);
}
