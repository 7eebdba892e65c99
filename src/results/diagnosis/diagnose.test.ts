import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../threshold/load-scenario.ts';
import type { Clue } from './cause.ts';
import { diagnose } from './diagnose.ts';

const scenarioFor = (target: string) =>
  parseScenario(`duration: 30s\ntarget: ${target}\nclients: { count: 1 }\n`, 'scenario.yaml');
const PLAIN = scenarioFor('{ url: "ws://127.0.0.1:9/ws" }');
const SECURE = scenarioFor('{ url: "wss://127.0.0.1:9/ws" }');

const end = (what: string, text = ''): Clue => ({ kind: 'end', what, text });
const frame = (text: string): Clue => ({ kind: 'frame', what: 'frame', text });
const token = (what: string, text: string): Clue => ({ kind: 'token', what, text });

describe('diagnose', () => {
  it.each([
    [
      'close 4406 for a missing subprotocol',
      end('close 4406', 'Subprotocol not acceptable'),
      /wants a subprotocol/,
      'subprotocols: [',
    ],
    [
      'a subprotocol that the answer names',
      end('HTTP 400', 'subprotocol graphql-transport-ws required'),
      /subprotocol/,
      'subprotocols: [graphql-transport-ws]',
    ],
    [
      'HTTP 403 that names the Origin',
      end('HTTP 403', 'bad origin'),
      /checks Origin, and none is sent/,
      'Origin: https://',
    ],
    ['HTTP 403 that names a tenant', end('HTTP 403', 'no such tenant'), /tenant/, 'X-Tenant: NAME'],
    [
      'a missing client id',
      token('HTTP 400', 'invalid_request: missing client_id (HTTP 400)'),
      /does not know the client/,
      'clientId: NAME',
    ],
    [
      'a missing client secret',
      token('HTTP 401', 'invalid_client: client authentication failed (HTTP 401)'),
      /authenticate/,
      'clientSecret:',
    ],
    [
      'a private authority',
      end(
        'TLS',
        'the certificate chain ends in a self-signed certificate that this machine does not trust (SELF_SIGNED_CERT_IN_CHAIN)',
      ),
      /authority/,
      'tls: { ca: ca.pem }',
    ],
    [
      'a missing client certificate',
      end('TLS', 'the server wants a client certificate (ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED)'),
      /client certificate/,
      'cert: client.pem',
    ],
    ['Socket.IO by its first packet', frame('0{"sid":"lv","upgrades":[]}'), /speaks Socket\.IO/, 'protocol: socket.io'],
    ['a binary protocol', { kind: 'frame', what: 'binary frame', text: '' }, /binary protocol/, 'subprotocols:'],
    ['another path', end('HTTP 404'), /no WebSocket endpoint has this path/, 'url: ws://127.0.0.1:9/ws'],
    ['nobody', end('refused'), /nothing listens/, 'url: ws://127.0.0.1:9/ws'],
    ['tokens of squall that nobody trusts', end('HTTP 401'), /tokens that squall signs/, 'keyFile:'],
    ['a limited rate of logins', token('HTTP 429', 'HTTP 429'), /limits the rate/, 'login: { rate'],
  ] as const)('recognises %s', (_, clue, cause, yaml) => {
    const [found] = diagnose([clue], PLAIN);
    expect(found?.cause).toMatch(cause);
    expect(found?.yaml).toContain(yaml);
  });

  it('recognises a scheme that the server does not serve, ws or wss', () => {
    const noTls = end('TLS', 'the server does not speak TLS at this port (ERR_SSL_WRONG_VERSION_NUMBER)');
    expect(diagnose([noTls], SECURE)[0]?.yaml).toBe('target:\n  url: ws://127.0.0.1:9/ws');
    const tls = end('HTTP 400', 'The plain HTTP request was sent to HTTPS port');
    expect(diagnose([tls], PLAIN)[0]?.yaml).toBe('target:\n  url: wss://127.0.0.1:9/ws');
  });

  it('names each cause once, and none where it knows none', () => {
    expect(diagnose([end('refused'), end('refused')], PLAIN)).toHaveLength(1);
    expect(diagnose([end('close 1011', 'oops')], PLAIN)).toEqual([]);
  });
});
