import { jsonChecks } from './json-checks.ts';
import { type HandshakeStep, jsonFields, type JsonProtocol } from './json-keys.ts';
import { reauthenticationOf, stepsOf } from './json-steps.ts';
import { isEmptyMatch } from './match.ts';
import { NETWORK } from '../signal.ts';
import type { ServerEnds } from './server-ends.ts';
import { NO_KEEP_ALIVE, type ProtocolShape } from './shape.ts';
import type { ProtocolSpec, ProtocolUse } from './spec.ts';

function shape(protocol: JsonProtocol, { carrier }: ProtocolUse): ProtocolShape {
  const steps = stepsOf(protocol, carrier);
  const { silenceMs } = protocol;
  return {
    name: protocol.kind,
    handshake: handshakeOf(steps),
    joins: Math.max(0, steps.filter(isRoundTrip).length - 1),
    keepAlive:
      silenceMs === Infinity
        ? NO_KEEP_ALIVE
        : { client: null, server: { everyMs: silenceMs / 2, timeoutMs: silenceMs / 2 } },
    acknowledges: !isEmptyMatch(protocol.ack),
    renewsInBand: reauthenticationOf(protocol).send.text !== '',
    requestsBeforeDial: 0,
    requestsBeforeJoin: 0,
    ends: endsOf(protocol),
    closeRules: [],
  };
}

/**
 * The ends that the scenario's messages mean. A token has expired by a message after which clients refresh, or whose advice
 * the message itself has; without one the server closes the connection.
 */
function endsOf({ authRefused, afterRefusal, ends }: JsonProtocol): ServerEnds {
  const refusal = isEmptyMatch(authRefused) ? null : { signal: NETWORK.authRefused, advice: afterRefusal };
  const saysExpiry = ends.some(({ then }) => then === 'refresh' || then === null);
  const expiry = saysExpiry ? { signal: NETWORK.serverDisconnect, advice: 'refresh' as const } : null;
  return { refusal, renewalRefusal: refusal, expiry };
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
