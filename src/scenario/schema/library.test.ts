import { describe, expect, it } from 'vitest';
import { Rejection } from '../../core/codec/reject.ts';
import { LIBRARIES } from '../../core/policy/libraries/index.ts';
import { protocol } from '../../core/protocol/specs.ts';
import { parseScenario } from '../../threshold/load-scenario.ts';
import { protocolShape } from '../protocol-use.ts';
import { resolvedYaml } from '../resolved-yaml.ts';
import type { Scenario } from '../scenario.ts';
import { TRIGGERS } from './library.ts';

const URL_TARGET = 'url: ws://127.0.0.1:9';

function scenario(clients: string, rest = ''): Scenario {
  return parseScenario(`duration: 30s\nclients: { count: 1, ${clients} }\n${rest}`, 's.yaml');
}

const triggerWith = (tokens: string): string =>
  scenario('library: graphql-ws', `tokens: ${tokens}`).tokens.refresh.trigger;

const target = (keys = ''): string => `target: { ${URL_TARGET}${keys} }\n`;

/** The carrier of a protocol that takes the token in one way only. */
const carrierOf = (name: string): string =>
  ['supabase', 'aws-amplify'].includes(name) ? 'tokens: { carrier: message }' : '';

describe.each(Object.entries(LIBRARIES))('clients.library: %s', (name, library) => {
  const read = scenario(`library: ${name}`, target() + carrierOf(name));

  it('is the backoff, what is final, and the time-out of the library', () => {
    expect(read.clients.backoff).toEqual(library.policy);
    expect(read.clients).toMatchObject({ backoffName: name, library: name });
    expect(read.clients.connectTimeoutMs).toBe(library.connectTimeoutMs ?? 20_000);
  });

  it('is the protocol of a target that names none, and its refreshes', () => {
    expect(read.target).toMatchObject({ protocol: { kind: library.protocol ?? 'none' } });
    expect(read.tokens.refresh).toMatchObject(library.refresh ?? {});
    expect(read.clients).toMatchObject(library.heartbeat === undefined ? {} : { heartbeat: library.heartbeat });
  });

  it('gets tokens as the library does, unless they are renewed on an open connection', () => {
    expect(read.tokens.refresh.trigger).toBe(library.token === undefined ? 'timer' : TRIGGERS[library.token]);
  });

  it('speaks the protocol of its own name, where squall has one', () => {
    const own = name.replace(/-(?:core|client|js)$|js$/, '').replace(/^socket\.io.*/, 'socket.io');
    const isSpoken = !(protocol.parts.read(own) instanceof Rejection);
    expect(library.protocol).toBe(isSpoken ? own : library.protocol);
  });

  it('has a protocol whose channels are joined again as the library does', () => {
    const growth = protocolShape(read).rejoin?.backoff.growth;
    expect(growth).toEqual(library.rejoin?.growth ?? growth);
  });

  it('reads back as it is printed', () => {
    expect(parseScenario(resolvedYaml(read), 's.yaml')).toEqual(read);
  });
});

describe('what is written beside a library', () => {
  it('changes its backoff key by key, or takes the place of it', () => {
    const { policy } = LIBRARIES['socket.io-client']!;
    const changed = scenario('library: socket.io-client, backoff: { cap: 9s }').clients;
    expect(changed).toMatchObject({ backoffName: 'custom', backoff: { ...policy, capMs: 9000 } });
    expect(scenario('library: socket.io-client, backoff: none').clients.backoffName).toBe('none');
    expect(scenario('library: socket.io-client, connectTimeout: 3s').clients.connectTimeoutMs).toBe(3000);
  });

  it('changes its refreshes, and replaces the retries of them', () => {
    const { refresh } = scenario(
      'library: centrifuge',
      'tokens: { refresh: { lead: 7s, retry: { growth: fixed, base: 1s } } }',
    ).tokens;
    expect(refresh).toMatchObject({ lead: { ms: 7000 }, clock: 'ttl', retry: { growth: { kind: 'fixed' } } });
    expect(refresh.retry.jitter).toEqual({ kind: 'full', floorMs: 0 });
  });

  it('renews tokens by a timer where they are renewed on an open connection, or where it says so', () => {
    expect(triggerWith('{}')).toBe('connect');
    expect(triggerWith('{ renewal: in-band }')).toBe('timer');
    expect(triggerWith('{ refresh: { trigger: timer } }')).toBe('timer');
  });

  it('reads back as it is printed, whatever of the library is left', () => {
    const read = scenario('library: centrifuge, backoff: { growth: fixed, first: none, base: 1s }');
    expect(parseScenario(resolvedYaml(read), 's.yaml')).toEqual(read);
  });

  it('may not be a protocol that the library does not speak, unless its frames are spelled out', () => {
    const refused = () => scenario('library: socket.io-client', target(', protocol: centrifugo'));
    expect(refused).toThrow(/clients\.library: .* speaks socket\.io/);
    expect(scenario('library: socket.io-client', target(', protocol: { json: {} }')).target).toMatchObject({
      protocol: { kind: 'json' },
    });
  });

  it('leaves a library without its protocol on the embedded target, which speaks its own', () => {
    expect(scenario('library: centrifuge').target.kind).toBe('embedded');
  });
});
