import { jsonChecks } from './json-checks.ts';
import { type HandshakeStep, jsonFields, type JsonProtocol } from './json-keys.ts';
import { reauthenticationOf, stepsOf } from './json-steps.ts';
import { isEmptyMatch } from './match.ts';
import type { ProtocolShape } from './shape.ts';
import type { ProtocolSpec, ProtocolUse } from './spec.ts';

function shape(protocol: JsonProtocol, { carrier }: ProtocolUse): ProtocolShape {
  const steps = stepsOf(protocol, carrier);
  const { silenceMs } = protocol;
  return {
    name: protocol.kind,
    handshake: handshakeOf(steps),
    joins: Math.max(0, steps.filter(isRoundTrip).length - 1),
    keepAlive:
      silenceMs === Infinity ? { by: 'none' } : { by: 'server', everyMs: silenceMs / 2, timeoutMs: silenceMs / 2 },
    acknowledges: !isEmptyMatch(protocol.ack),
    renewsInBand: reauthenticationOf(protocol).send.text !== '',
    requestsBeforeDial: 0,
    closeRules: [],
  };
}

function handshakeOf([first]: readonly HandshakeStep[]): ProtocolShape['handshake'] {
  if (first === undefined) return 'none';
  return first.send.text === '' ? 'server-first' : 'client-first';
}

function isRoundTrip({ send, expect }: HandshakeStep): boolean {
  return send.text !== '' && !isEmptyMatch(expect);
}

export const json = {
  summary: 'JSON messages, spelled here',
  fields: jsonFields,
  shape,
  checks: jsonChecks,
} satisfies ProtocolSpec<JsonProtocol>;
