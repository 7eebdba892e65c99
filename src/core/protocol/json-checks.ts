import type { ConditionalContradiction } from '../fault/spec.ts';
import { hasHole } from '../template/template-text.ts';
import type { JsonProtocol } from './json-keys.ts';
import { reauthenticationOf } from './json-steps.ts';
import { groupsOf, isEmptyMatch } from './match.ts';
import type { ProtocolUse } from './spec.ts';

type Checks = readonly ConditionalContradiction[];

/** Contradictions within the keys of `json`, and with the rest of the scenario. */
export function jsonChecks(protocol: JsonProtocol, use: ProtocolUse, at: string): Checks {
  return [
    ...(protocol.handshake.length === 0 ? shortFormChecks(protocol, use, at) : handshakeChecks(protocol, use, at)),
    ...renewalChecks(protocol, use, at),
    ...(use.commands ? commandChecks(protocol, at) : []),
    {
      holds: protocol.heartbeat.text !== '' && !use.heartbeat,
      at: `${at}.heartbeat`,
      against: 'clients.heartbeat',
      what: 'no client would send this frame',
      fix: 'set clients.heartbeat, such as { every: 20s }, or remove the frame',
    },
  ];
}

function shortFormChecks(protocol: JsonProtocol, { carrier, renewal }: ProtocolUse, at: string): Checks {
  const { authenticate, authenticated } = protocol;
  const byMessage = carrier === 'message';
  const isUsed = byMessage || renewal === 'in-band';
  return [
    ...(byMessage
      ? [
          {
            holds: !hasHole(authenticate, 'token'),
            at: `${at}.authenticate`,
            against: 'tokens.carrier',
            what: 'no frame takes the token to the gateway',
            fix: 'write the frame, with {token} in it',
          },
          {
            holds: isEmptyMatch(authenticated),
            at: `${at}.authenticated`,
            against: 'tokens.carrier',
            what: 'no frame would say that a client is ready',
            fix: "write what the gateway's answer holds, such as { type: authenticated }",
          },
        ]
      : []),
    // An open socket would count as ready, and the token would never be shown to a server that wants it in a message.
    {
      holds: !isUsed && (authenticate.text !== '' || !isEmptyMatch(authenticated)),
      at: `${at}.${authenticate.text === '' ? 'authenticated' : 'authenticate'}`,
      against: 'tokens.carrier',
      what: 'no client would send or await this frame: with this carrier an open socket counts as ready',
      fix: 'set tokens.carrier to message, or tokens.renewal to in-band, or remove the frame',
    },
  ];
}

function handshakeChecks(protocol: JsonProtocol, { carrier }: ProtocolUse, at: string): Checks {
  const { handshake, authenticate, authenticated } = protocol;
  const sendsOnly = handshake.map(({ expect }) => isEmptyMatch(expect));
  const unanswered = sendsOnly.findIndex((alone, index) => alone && (index === 0 || sendsOnly[index - 1] === true));
  return [
    {
      holds: carrier === 'message' && !handshake.some(({ send }) => hasHole(send, 'token')),
      at: `${at}.handshake`,
      against: 'tokens.carrier',
      what: 'no step takes the token to the gateway',
      fix: 'write a step whose frame has {token} in it',
    },
    {
      holds: authenticate.text !== '' || !isEmptyMatch(authenticated),
      at: `${at}.handshake`,
      against: `${at}.${authenticate.text === '' ? 'authenticated' : 'authenticate'}`,
      what: 'the steps until ready are spelled twice',
      fix: 'make it a step of handshake',
    },
    {
      holds: unanswered >= 0,
      at: `${at}.handshake.${unanswered}.expect`,
      what: 'the server says nothing between this frame and the one before, or the opening',
      fix: 'write what the server answers to it',
    },
    ...handshake.map(({ send, expect }, index) => ({
      holds: send.text === '' && isEmptyMatch(expect),
      at: `${at}.handshake.${index}`,
      what: 'nothing is sent and nothing is awaited',
      fix: 'write send, expect or both',
    })),
  ];
}

function renewalChecks(protocol: JsonProtocol, { carrier, renewal }: ProtocolUse, at: string): Checks {
  const { handshake, reauthenticate, reauthenticated } = protocol;
  if (renewal !== 'in-band') {
    const isSpelled = reauthenticate.text !== '' || !isEmptyMatch(reauthenticated);
    return [
      {
        holds: isSpelled,
        at: `${at}.${reauthenticate.text === '' ? 'reauthenticated' : 'reauthenticate'}`,
        against: 'tokens.renewal',
        what: 'no client would send or await this frame',
        fix: 'set tokens.renewal to in-band, or remove the frame',
      },
    ];
  }
  const { send, expect } = reauthenticationOf(protocol);
  const spelled = reauthenticate.text !== '' || handshake.length > 0;
  const covered = carrier === 'message' && handshake.length === 0 && reauthenticate.text === '';
  return [
    {
      holds: !covered && !hasHole(send, 'token'),
      at: `${at}.${spelled ? 'reauthenticate' : 'authenticate'}`,
      against: 'tokens.renewal',
      what: 'no frame takes the token to the gateway',
      fix: 'write the frame, with {token} in it',
    },
    {
      holds: !covered && isEmptyMatch(expect),
      at: `${at}.${spelled ? 'reauthenticated' : 'authenticated'}`,
      against: 'tokens.renewal',
      what: 'no frame would say that the token was accepted',
      fix: "write what the gateway's answer holds, such as { type: authenticated }",
    },
  ];
}

function commandChecks({ command, ack, ackId }: JsonProtocol, at: string): Checks {
  const against = 'clients.commands';
  const groups = ack.pattern === null ? null : groupsOf(ack.pattern);
  return [
    {
      holds: !hasHole(command, 'id') && !hasHole(command, 'seq'),
      at: `${at}.command`,
      against,
      what: 'no frame takes a command with its id to the gateway',
      fix: 'write the frame, with {id} in it, or {seq} where the id is a number',
    },
    {
      holds: isEmptyMatch(ack),
      at: `${at}.ack`,
      against,
      what: 'no frame would count as an acknowledgement',
      fix: 'write what it holds, such as { type: ack }',
    },
    {
      holds: groups === null && ackId === '',
      at: `${at}.ackId`,
      against,
      what: 'an acknowledgement would not say which command it is for',
      fix: 'write the dotted path of the id in it',
    },
    {
      holds: groups === 0,
      at: `${at}.ack`,
      against,
      what: 'the regular expression has no group for the id of the command',
      fix: 'put the id in brackets, such as ack:(\\d+)',
    },
    {
      holds: groups !== null && ackId !== '',
      at: `${at}.ackId`,
      against: `${at}.ack`,
      what: 'the first group of the regular expression is the id already',
      fix: 'remove ackId',
    },
  ];
}
