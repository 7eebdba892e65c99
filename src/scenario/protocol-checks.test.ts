import { describe, expect, it } from 'vitest';
import { LEAST, problemsOf } from '../testing/expected-problems.ts';

function problems(protocol: string, rest: string): readonly string[] {
  const target = `target: { url: "ws://x", protocol: ${protocol} }`;
  return problemsOf(`${LEAST}${target}\n${rest}\n`).map((problem) => problem.replace(/^s\.yaml:[\d:]* /, ''));
}

const IN_BAND = 'tokens: { carrier: message, renewal: in-band }';

describe('a protocol that contradicts its scenario', () => {
  it.each([
    [
      '{ socket.io: { auth: "" } }',
      'tokens: { carrier: message }',
      'target.protocol.socket.io.auth: nothing takes the token to the server',
    ],
    [
      '{ socket.io: { polling: true, authenticate: { event: login } } }',
      'tokens: { carrier: message }',
      'target.protocol.socket.io.authenticate: a polling handshake ends with the CONNECT packet',
    ],
    ['socket.io', IN_BAND, 'target.protocol: Socket.IO has no renewal of its own'],
    [
      '{ graphql-transport-ws: { connectionParams: "" } }',
      'tokens: { carrier: message }',
      'target.protocol.graphql-transport-ws.connectionParams: nothing takes the token to the server',
    ],
    [
      '{ stomp: { connectHeaders: { login: u } } }',
      'tokens: { carrier: message }',
      'target.protocol.stomp.connectHeaders: nothing takes the token to the server',
    ],
    ['stomp', IN_BAND, 'target.protocol: STOMP has no renewal in band'],
    ['subscriptions-transport-ws', IN_BAND, 'target.protocol: GraphQL over WebSocket has no renewal in band'],
    [
      '{ mqtt: { password: "" } }',
      'tokens: { carrier: message }',
      'target.protocol.mqtt.password: nothing takes the token to the server',
    ],
    [
      '{ mqtt: { username: "" } }',
      'tokens: { carrier: message }',
      'target.protocol.mqtt.username: MQTT 3.1.1 has no password without a user name',
    ],
    [
      '{ hocuspocus: { token: fixed } }',
      'tokens: { carrier: message }',
      'target.protocol.hocuspocus.token: nothing takes the token to the server',
    ],
    [
      '{ hocuspocus: { token: fixed } }',
      'tokens: { carrier: { query: token }, renewal: in-band }',
      'target.protocol.hocuspocus.token: nothing takes the newer token to the server',
    ],
    ['nats', IN_BAND, 'target.protocol: NATS has no renewal in band'],
    [
      '{ nats: { user: me } }',
      'tokens: { carrier: message }',
      'target.protocol.nats.authToken: nothing takes the token',
    ],
    ['{ nats: { jwt: "{token}" } }', '', 'target.protocol.nats.seed: a user JWT needs the signature of the nonce'],
    ['{ mqtt: { sessionExpiry: 1h } }', '', 'target.protocol.mqtt.sessionExpiry: only MQTT 5 has a session expiry'],
    [
      '{ mqtt: { version: 5, clean: false } }',
      '',
      'target.protocol.mqtt.sessionExpiry: the server would keep no session',
    ],
    ['{ mqtt: { authenticationMethod: JWT } }', '', 'target.protocol.mqtt.authenticationMethod: only MQTT 5 has'],
    [
      '{ mqtt: { version: 5 } }',
      IN_BAND,
      'target.protocol.mqtt.authenticationMethod: only AUTH of MQTT 5 renews a token in band',
    ],
  ])('%s with %s is refused', (protocol, rest, problem) => {
    expect(problems(protocol, rest)).toEqual([expect.stringContaining(problem)]);
  });

  it.each([
    ['{ socket.io: { payload: \'"{client}"\' } }', 'target.protocol.socket.io.payload: a command has no id'],
    [
      '{ centrifugo: { command: { rpc: do, data: "1" } } }',
      'target.protocol.centrifugo.command.data: a command has no id',
    ],
    ['{ hocuspocus: { payload: "1" } }', 'target.protocol.hocuspocus.payload: a command has no id'],
    ['{ stomp: { body: "1" } }', 'target.protocol.stomp.body: a command has no id'],
    [
      '{ stomp: { ack: { type: done } } }',
      'target.protocol.stomp.ack: a MESSAGE comes to a subscription, and clients have none',
    ],
    [
      '{ graphql-transport-ws: { variables: "" } }',
      'target.protocol.graphql-transport-ws.variables: a command has no id',
    ],
  ])('%s sends commands without an id', (protocol, problem) => {
    const text = `duration: 30s\nclients: { count: 5, commands: { rate: 1/s } }\ntarget: { url: "ws://x", protocol: ${protocol} }\n`;
    expect(problemsOf(text)).toEqual([expect.stringContaining(problem)]);
  });

  it.each([
    '{ socket.io: { renew: { event: renew } } }',
    'centrifugo',
    '{ mqtt: { version: 5, authenticationMethod: OAUTH2-JWT } }',
  ])('%s renews in band', (protocol) => {
    expect(problems(protocol, IN_BAND)).toEqual([]);
  });
});
