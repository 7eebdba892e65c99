import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type AnyCodec, printWith } from '../core/codec/codec.ts';
import { LIBRARIES } from '../core/policy/libraries/index.ts';
import { spelledFor } from '../testing/spelled.ts';
import { loadScenario, parseScenario } from '../threshold/load-scenario.ts';
import { resolvedYaml } from './resolved-yaml.ts';
import { scenarioCodec } from './schema/scenario-schema.ts';

type Placed = readonly [path: string, codec: AnyCodec];

/** A codec and every codec of its fields, items and choices, down to plain values, by the paths of what they read. */
function codecsOf(codec: AnyCodec, path: string): readonly Placed[] {
  const { keys = {}, item, options = [], wordKey } = codec.parts;
  // A bare word is read in place of a mapping, and printed as one.
  if (wordKey !== undefined) return [];
  return [
    [path, codec],
    ...Object.entries(keys)
      .filter(([key]) => key !== 'extends' && key !== 'file')
      .flatMap(([key, field]) => codecsOf(field, `${path}.${key}`)),
    ...(item === undefined ? [] : codecsOf(item, `${path}.*`)),
    ...options.flatMap((option) => codecsOf(option, path)),
  ];
}

it('reads what it prints, whatever the field and its value', () => {
  for (const [path, codec] of codecsOf(scenarioCodec, 'scenario')) {
    // The limit of a preset on an attempt is printed as clients.connectTimeout.
    if (path === 'scenario.clients.backoff') continue;
    fc.assert(
      fc.property(spelledFor(codec), (written) => {
        const value = codec.parts.read(written);
        expect(codec.parts.read(printWith(codec, value)), path).toEqual(value);
      }),
      { numRuns: 20 },
    );
  }
});

const scenarios = readdirSync('scenarios').filter((file) => file.endsWith('.yaml'));

it.each(scenarios)('reads %s back as an equal scenario', (file) => {
  const scenario = loadScenario(`scenarios/${file}`);
  expect(parseScenario(resolvedYaml(scenario), 'other.yaml')).toEqual(scenario);
});

it('reads back a scenario with a URL target, with its files where they were', () => {
  const text = `
duration: 30s
target: { url: wss://staging.example.com/rt, allow: [Staging.Example.com, '::1'], rate: 20/s, protocol: squall }
tokens: { carrier: message, keyFile: key.json, source: { mint: {}, file: { refresh: '{user.refresh}' }, oauth2: { url: https://staging.example.com/token } } }
users: { file: users.csv }
clients: { count: 5, commands: { rate: 1/s } }
`;
  const scenario = parseScenario(text, '/home/me/staging.yaml');
  expect(scenario.tokens.keyFile).toBe('/home/me/key.json');
  expect(parseScenario(resolvedYaml(scenario), '/elsewhere/scenario.yaml')).toEqual(scenario);
});

it.each(Object.entries(LIBRARIES))(
  'keeps the preset %s as it is, and its name',
  (name, { policy, connectTimeoutMs }) => {
    const { clients } = parseScenario(`duration: 30s\nclients: { count: 1, backoff: ${name} }`, 's.yaml');
    expect(clients).toMatchObject({ backoffName: name, connectTimeoutMs: connectTimeoutMs ?? 20_000 });
    expect(clients.backoff).toEqual(policy);
  },
);

it.each([
  ['backoff: signalr, closeCodes: { 4403: stop }', 'signalr'],
  ['backoff: { preset: signalr, max: 9 }', 'custom'],
  ['backoff: none', 'none'],
  ['backoff: { base: 2s }', 'custom'],
])('calls the backoff of { %s } %s: only its rules may differ from those of its preset', (keys, name) => {
  const { clients } = parseScenario(`duration: 30s\nclients: { count: 1, ${keys} }`, 's.yaml');
  expect(clients.backoffName).toBe(name);
});

it('puts close codes before the rules of the preset, the narrower first, in place of those that they cover', () => {
  const text =
    'duration: 30s\nclients: { count: 1, backoff: centrifuge, closeCodes: { 3500-3999: retry, 3501: stop } }';
  expect(parseScenario(text, 's.yaml').clients.backoff.rules.slice(0, 3)).toEqual([
    { from: 3501, to: 3501, action: 'stop' },
    { from: 3500, to: 3999, action: 'retry' },
    { from: 1009, to: 1009, action: 'stop' },
  ]);
});

it.each(['actioncable', 'grpc'])('reads back a rejoin that changes the preset %s', (preset) => {
  const text = `{ duration: 30s, clients: { count: 5, rejoin: { preset: ${preset}, first: 5ms } } }`;
  const scenario = parseScenario(text, 'scenario.yaml');
  expect(parseScenario(resolvedYaml(scenario), 'other.yaml')).toEqual(scenario);
});
