import { jsonChecks } from './json-checks.ts';
import { type HandshakeStep, jsonFields, type JsonProtocol } from './json-keys.ts';
import { acceptingStep, reauthenticationOf, stepsOf } from './json-steps.ts';
import { isEmptyMatch } from './match.ts';
import { NETWORK } from '../signal.ts';
import type { ServerEnds } from './server-ends.ts';
import { NO_KEEP_ALIVE, type ProtocolShape } from './shape.ts';
import type { ProtocolSpec, ProtocolUse } from './spec.ts';

function shape(protocol: JsonProtocol, { carrier }: ProtocolUse): ProtocolShape {
  const steps = stepsOf(protocol, carrier);
  // Where no step presents the token, clients are ready with the last answer, and join nothing.
  const accepted = (acceptingStep(steps) ?? steps.length - 1) + 1;
  const { silenceMs } = protocol;
  return {
    name: protocol.kind,
    handshake: handshakeOf(steps),
    authenticationTrips: steps.slice(0, accepted).filter(isRoundTrip).length,
    joins: steps.slice(accepted).filter(isRoundTrip).length,
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

/** Whether an answer is awaited to a message of the client; to one that has no answer, the next message of the server is. */
function isRoundTrip({ send, expect }: HandshakeStep, index: number, steps: readonly HandshakeStep[]): boolean {
  if (isEmptyMatch(expect)) return false;
  return send.text !== '' || (index > 0 && isEmptyMatch(steps[index - 1]!.expect));
}

export const json = {
  summary: 'JSON messages, spelled here',
  fields: jsonFields,
  shape,
  checks: jsonChecks,
} satisfies ProtocolSpec<JsonProtocol>;
