import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../threshold/load-scenario.ts';
import { causeText, type Clue } from './cause.ts';
import { diagnose } from './diagnose.ts';

const scenarioFor = (target: string) =>
  parseScenario(`duration: 30s\ntarget: ${target}\nclients: { count: 1 }\n`, 'scenario.yaml');
const PLAIN = scenarioFor('{ url: "ws://127.0.0.1:9/ws" }');
const SECURE = scenarioFor('{ url: "wss://127.0.0.1:9/ws" }');
const KEYCLOAK = parseScenario(
  `duration: 30s
target: { url: 'ws://127.0.0.1:9/ws' }
users: { generate: { username: 'user-{client}', password: '{env.PASSWORD}' } }
tokens: { source: { keycloak: { url: 'http://127.0.0.1:9', realm: shop, clientId: web } } }
clients: { count: 1 }
`,
  'keycloak.yaml',
);

const TICKETS = parseScenario(
  `duration: 30s
target: { url: 'ws://127.0.0.1:9/ws' }
tokens:
  carrier: { query: ticket }
  source: { mint: {}, endpoint: { ticket: { url: 'http://127.0.0.1:9/t?key=s3cret', answer: { ticket: data.ticket } } } }
clients: { count: 1 }
`,
  'tickets.yaml',
);

const end = (what: string, text = ''): Clue => ({ kind: 'end', what, text });
const frame = (text: string): Clue => ({ kind: 'frame', what: 'frame', text });
const at = (clue: Clue, stage: NonNullable<Clue['stage']>): Clue => ({ ...clue, stage });
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
    [
      'GraphQL by the close of a connection that said nothing',
      end('close 4408', 'Connection initialisation timeout'),
      /speaks GraphQL over WebSocket/,
      'protocol: graphql-transport-ws',
    ],
    [
      'older GraphQL by its keep-alive',
      frame('{"type":"ka"}'),
      /subscriptions-/,
      'protocol: subscriptions-transport-ws',
    ],
    ['NATS by its greeting', frame('INFO {"server_id":"NA"}'), /speaks NATS/, 'protocol: nats'],
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

  it('recognises another version of MQTT', () => {
    const clue = end('auth-refused', 'CONNACK 0x01: unacceptable protocol version');
    expect(
      diagnose([clue], scenarioFor('{ url: "ws://127.0.0.1:9/ws", protocol: { mqtt: { version: 5 } } }'))[0]?.yaml,
    ).toContain('version: 3.1.1');
    expect(diagnose([clue], scenarioFor('{ url: "ws://127.0.0.1:9/ws", protocol: mqtt }'))[0]?.yaml).toContain(
      'version: 5',
    );
    expect(diagnose([clue], PLAIN)[0]?.yaml ?? '').not.toContain('mqtt');
  });

  it('recognises a scheme that the server does not serve, ws or wss', () => {
    const noTls = end('TLS', 'the server does not speak TLS at this port (ERR_SSL_WRONG_VERSION_NUMBER)');
    expect(diagnose([noTls], SECURE)[0]?.yaml).toBe('target:\n  url: ws://127.0.0.1:9/ws');
    const tls = end('HTTP 400', 'The plain HTTP request was sent to HTTPS port');
    expect(diagnose([tls], PLAIN)[0]?.yaml).toBe('target:\n  url: wss://127.0.0.1:9/ws');
  });

  it.each([
    [
      'nobody at its address',
      token('refused', ''),
      /nothing listens at the token endpoint http:.*\/realms\/shop\//,
      'url: …',
    ],
    ['another realm', token('HTTP 404', 'Realm does not exist (HTTP 404)'), /no realm of this name/, 'realm: NAME'],
    ['another client', token('HTTP 401', 'invalid_client: Invalid client (HTTP 401)'), /client/, 'clientId: NAME'],
  ] as const)('proposes keys of the preset that Keycloak has: %s', (_, clue, cause, keys) => {
    const [found] = diagnose([clue], KEYCLOAK);
    expect(found?.cause).toMatch(cause);
    expect(found?.yaml).toBe(`tokens:\n  source: { keycloak: { ${keys} } }`);
  });

  it('takes a refused login for a wrong password, and a refused refresh for a used token', () => {
    const clue = token('HTTP 401', 'invalid_grant: Invalid user credentials (HTTP 401)');
    const [found] = diagnose([clue], KEYCLOAK);
    expect(found?.cause).toMatch(/password$/);
    expect(found?.yaml).toBeNull();
    expect(diagnose([clue], PLAIN)[0]?.yaml).toContain('out: users.csv');
  });

  it.each([
    [
      'stalls',
      'timeout',
      '',
      /ticket service http:\/\/127\.0\.0\.1:9\/t does not answer$/,
      'url: http://127.0.0.1:9/t',
    ],
    ['is not there', 'refused', '', /nothing listens at the ticket service/, 'url: http://127.0.0.1:9/t'],
    ['has another path', 'HTTP 404', '', /does not exist at this path/, 'url: http://127.0.0.1:9/t'],
    [
      'refuses the token',
      'HTTP 401',
      'no token',
      /does not accept the token/,
      "headers: { Authorization: 'Bearer {token}' }",
    ],
    [
      'has the ticket elsewhere',
      'malformed',
      'HTTP 200 without data.ticket; data has id, wsTicket',
      /no ticket where it is looked for/,
      'answer: { ticket: data.wsTicket }',
    ],
  ] as const)('blames a service of tickets that %s, and not the gateway', (_, what, text, cause, keys) => {
    const [found, ...others] = diagnose([{ kind: 'ticket', what, text }], TICKETS);
    expect(found?.cause).toMatch(cause);
    expect(found?.yaml).toBe(`tokens:\n  source: { endpoint: { ticket: { ${keys} } } }`);
    expect(others).toEqual([]);
  });

  it('knows the certificate of a service of tickets from that of the server', () => {
    const clue: Clue = { kind: 'ticket', what: 'TLS', text: 'the certificate is self-signed' };
    expect(diagnose([clue], TICKETS)[0]?.cause).toMatch(/of the ticket service/);
  });

  it('names each cause once, and none where it knows none', () => {
    expect(diagnose([end('refused'), end('refused')], PLAIN)).toHaveLength(1);
    expect(diagnose([end('close 1011', 'oops')], PLAIN)).toEqual([]);
  });
});

describe('diagnose of what comes after the upgrade', () => {
  const spoken = parseScenario(
    `duration: 30s
target:
  url: ws://127.0.0.1:9/ws
  protocol:
    json: { authenticate: '{"type":"auth","token":"{token}"}', authenticated: { type: ok }, command: '{"type":"do","id":"{id}"}', ack: { type: ack }, ackId: id }
tokens: { carrier: message }
clients: { count: 1, commands: { rate: 1/s } }
`,
    'spoken.yaml',
  );

  it.each([
    ['an answer to the token', at(frame('{"type":"welcome"}'), 'authenticating'), 'authenticated: { type: welcome }'],
    [
      'a complaint that names the first message',
      at(frame('{"type":"error","message":"expected \\"hello\\" first"}'), 'authenticating'),
      `authenticate: '{"type":"hello","token":"{token}"}'`,
    ],
    [
      'a close after the token',
      at(end('close 4400', 'expected the message login'), 'authenticating'),
      `authenticate: '{"type":"login","token":"{token}"}'`,
    ],
    [
      'no answer to the token',
      at({ kind: 'silence', what: 'token', text: '' }, 'authenticating'),
      `authenticate: '{"type":"NAME"`,
    ],
    ['no acknowledgement', at({ kind: 'silence', what: 'command', text: '' }, 'ready'), 'ack: …, ackId: …'],
    ['ids as numbers', at(frame('{"type":"ack","id":0}'), 'ready'), `command: '{"type":"do","id":{seq}}'`],
    [
      'an acknowledgement of another kind',
      at(frame('{"event":"done","data":{"id":"0-0"}}'), 'ready'),
      'ack: { event: done }, ackId: data.id',
    ],
    [
      'a refusal of another kind',
      at(frame('{"event":"denied","id":"0-0"}'), 'ready'),
      'refused: { event: denied }, ackId: id',
    ],
    [
      'a ping of JSON',
      at(frame('{"type":"ping","at":1}'), 'ready'),
      `replies: [{ to: { type: ping }, send: '{"type":"pong"}' }]`,
    ],
    ['a ping of text', at(frame('ping'), 'ready'), `replies: [{ to: 'ping', send: pong }]`],
    ['a close for want of a pong', at(end('close 4000', 'no pong'), 'ready'), `send: '{"type":"pong"}'`],
  ])('proposes a line for %s', (_, clue, line) => {
    const [found] = diagnose([clue], spoken);
    expect(found?.yaml).toContain(line);
  });

  it('names a message that is awaited where the token travels with the upgrade, in one line of a report', () => {
    const [found] = diagnose([at(end('close 4408', 'authentication timeout'), 'ready')], PLAIN);
    expect(found?.cause).toMatch(/waits for a message that presents the token/);
    expect(found && causeText(found)).toMatch(/; tokens\.carrier: message$/);
  });

  it('does not propose the protocol that the scenario has', () => {
    const clue = frame('0{"sid":"lv","upgrades":[]}');
    expect(diagnose([clue], scenarioFor('{ url: "ws://127.0.0.1:9/ws", protocol: socket.io }'))).toEqual([]);
  });

  it('puts no words of a remote into a proposal that could be another YAML', () => {
    const hostile = at(frame(JSON.stringify({ type: 'x } } }\nevil: 1', "k'": 1 })), 'authenticating');
    expect(diagnose([hostile], spoken)[0]?.yaml).toBe(
      'target:\n  protocol: { json: { authenticated: { type: { exists: true } } } }',
    );
  });
});
