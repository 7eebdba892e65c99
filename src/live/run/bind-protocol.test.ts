import { expect, it } from 'vitest';
import { Environment } from '../../core/template/environment.ts';
import { parseScenario } from '../../threshold/load-scenario.ts';
import { codecOf, newView } from '../../protocols/registry.ts';
import { protocolOf, useOf } from '../../scenario/protocol-use.ts';
import { resolvedYaml } from '../../scenario/resolved-yaml.ts';
import { bindProtocol } from './bind-protocol.ts';

const TEXT = `
duration: 1m
clients: { count: 1, commands: { rate: 1/s } }
tokens: { carrier: message }
target:
  url: ws://127.0.0.1:1/
  protocol:
    json:
      handshake:
        - { send: '{"key":"{env.KEY}","token":"{token}"}', expect: { ok: true } }
      command: 'do {env.KEY} {seq}'
      ack: 'ok (\\d+)'
`;

it('puts the environment into frames, escaped within JSON, and not into what a run writes', async () => {
  const scenario = parseScenario(TEXT, 's.yaml');
  const environment = new Environment((name) => (name === 'KEY' ? 's"1{client}' : undefined));
  const codec = await codecOf(protocolOf(bindProtocol(scenario, environment)), useOf(scenario));
  expect(codec.authenticate('T', newView(7))).toBe('{"key":"s\\"1{client}","token":"T"}');
  expect(codec.command(newView(7), 2, false)).toBe('do s"1{client} 2');
  expect([...environment.used]).toEqual(['s"1{client}']);
  expect(resolvedYaml(scenario)).toContain('{env.KEY}');
});

it('names the frame of a variable that is not set', async () => {
  const environment = new Environment(() => undefined);
  bindProtocol(parseScenario(TEXT, 's.yaml'), environment);
  expect(environment.unset).toEqual([
    { path: 'target.protocol.json.handshake.0.send', name: 'KEY' },
    { path: 'target.protocol.json.command', name: 'KEY' },
  ]);
});

it.each([
  ['{ socket.io: { payload: \'{"id":"{id}"}, "{env.KEY}"\' } }', '420["command",{"id":"7-0"}, "s\\"1"]'],
  [
    '{ centrifugo: { command: { publish: "news-{env.KEY}" } } }',
    '{"id":10,"publish":{"channel":"news-s\\"1","data":{"id":"7-0"}}}',
  ],
  // Of PUBLISH what follows the fixed header: topic, identifier, payload.
  [
    `{ mqtt: { topic: 'a/{env.KEY}', payload: '{"id":"{id}","key":"{env.KEY}"}' } }`,
    '\0\u0005a/s"1\0\u0001{"id":"7-0","key":"s\\"1"}',
  ],
])('escapes it within JSON wherever a part of a message is no JSON by itself: %s', async (protocol, message) => {
  const text = `duration: 1m\nclients: { count: 1, commands: { rate: 1/s } }\ntarget: { url: ws://127.0.0.1:1/, protocol: ${protocol} }\n`;
  const scenario = bindProtocol(parseScenario(text, 's.yaml'), new Environment(() => 's"1'));
  const written = (await codecOf(protocolOf(scenario), useOf(scenario))).command(newView(7), 0, false);
  expect(typeof written === 'string' ? written : written.toString('utf8', 2)).toBe(message);
});
