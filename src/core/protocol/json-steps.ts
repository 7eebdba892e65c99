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

/**
 * Place of the step whose answer accepts the token: the first that presents it, or the first with an answer after that, with
 * the messages of the server that follow at once. null: no step presents it.
 */
export function acceptingStep(steps: readonly HandshakeStep[]): number | null {
  const last = steps.length - 1;
  let place = steps.findIndex(({ send }) => hasHole(send, 'token'));
  if (place === -1) return null;
  while (place < last && (isEmptyMatch(steps[place]!.expect) || steps[place + 1]!.send.text === '')) place += 1;
  return place;
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
