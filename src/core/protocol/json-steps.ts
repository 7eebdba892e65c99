import { hasHole } from '../template/template-text.ts';
import type { HandshakeStep, JsonProtocol } from './json-keys.ts';
import { isEmptyMatch } from './match.ts';
import type { ProtocolUse } from './spec.ts';

/** Steps until ready. `authenticate` and `authenticated` are the short form of one step, where the token travels by message. */
export function stepsOf(
  { handshake, authenticate: send, authenticated: expect }: JsonProtocol,
  carrier: ProtocolUse['carrier'],
): readonly HandshakeStep[] {
  return handshake.length === 0 && carrier === 'message' ? [{ send, expect }] : handshake;
}

/** How a newer token is presented in band: spelled out, or as the first one is. An empty frame: not at all. */
export function reauthenticationOf(protocol: JsonProtocol): HandshakeStep {
  const { handshake, authenticate, authenticated, reauthenticate, reauthenticated } = protocol;
  const first = handshake.find(({ send }) => hasHole(send, 'token')) ?? { send: authenticate, expect: authenticated };
  return {
    send: reauthenticate.text === '' ? first.send : reauthenticate,
    expect: isEmptyMatch(reauthenticated) ? first.expect : reauthenticated,
  };
}
