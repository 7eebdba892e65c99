import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NETWORK } from '../../core/signal.ts';
import { VERSION } from '../../metrics/version.ts';
import type { Dial, Endpoint } from '../network/endpoint.ts';
import { acceptFor, freshKey, upgradeRequest } from './upgrade.ts';
import { readUpgradeAnswer, type UpgradeAnswer } from './upgrade-answer.ts';
import { PLAIN_UPGRADE, upgradeForm, type UpgradeForm } from './upgrade-form.ts';

const HEADER = upgradeForm({ kind: 'header' });
const SUBPROTOCOL = upgradeForm({ kind: 'subprotocol', protocol: 'chat', prefix: 'bearer.', encoding: 'none' });

/** The key and its accept value of RFC 6455 section 1.3. */
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

const GOOD = [
  'HTTP/1.1 101 Switching Protocols',
  'Upgrade: websocket',
  'Connection: Upgrade',
  `Sec-WebSocket-Accept: ${ACCEPT}`,
];

function head(...lines: readonly string[]): Buffer {
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

/** The good answer with the lines that begin with `name` replaced. */
function goodBut(name: string, ...lines: readonly string[]): Buffer {
  return head(...GOOD.filter((line) => !line.startsWith(name)), ...lines);
}

const endpoint: Endpoint = {
  address: '127.0.0.1',
  port: 8080,
  secure: false,
  hostName: 'gateway.test',
  authority: 'gateway.test:8080',
  path: '/realtime',
};

function dialTo(to: Endpoint, token: string): Dial {
  return { client: 0, endpoint: to, path: to.path, token, holes: { client: 3 } };
}

describe('the upgrade request', () => {
  test('has the token in base64url where its subprotocol wants it, as Phoenix 1.8 does', () => {
    const form = upgradeForm({ kind: 'subprotocol', protocol: 'phoenix', prefix: 'phx.', encoding: 'base64url' });
    expect(upgradeRequest(form, dialTo(endpoint, 'a.b-c?>'), KEY)).toContain(
      `Sec-WebSocket-Protocol: phoenix, phx.${Buffer.from('a.b-c?>').toString('base64url')}\r\n`,
    );
  });

  test('offers the subprotocol in which a protocol presents the token after all others, in the same line', () => {
    const plan = { ...PLAIN_UPGRADE, subprotocols: ['chat'] };
    const form = upgradeForm({ kind: 'message' }, plan, ['aws-appsync-event-ws'], true);
    const request = upgradeRequest(form, { ...dialTo(endpoint, 'T'), tokenSubprotocol: 'header-eyJ9' }, KEY);
    expect(request.match(/^Sec-WebSocket-Protocol: .*$/gm)).toEqual([
      'Sec-WebSocket-Protocol: aws-appsync-event-ws, chat, header-eyJ9',
    ]);
    expect(form.protocols).not.toContain('header-eyJ9');
  });

  test('is the one of RFC 6455 section 4.1', () => {
    expect(upgradeRequest(upgradeForm({ kind: 'message' }), dialTo(endpoint, 'T'), KEY).split('\r\n')).toEqual([
      'GET /realtime HTTP/1.1',
      'Host: gateway.test:8080',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Key: ${KEY}`,
      'Sec-WebSocket-Version: 13',
      `User-Agent: squall/${VERSION}`,
      '',
      '',
    ]);
  });

  test.each<[string, UpgradeForm, string, string]>([
    ['the Authorization header', HEADER, '/', 'Authorization: Bearer T=.T'],
    ['the query', upgradeForm({ kind: 'query', name: 'access_token' }), '/', 'GET /?access_token=T%3D.T HTTP/1.1'],
    [
      'a query that has other parameters',
      upgradeForm({ kind: 'query', name: 't' }),
      '/a?b=c',
      'GET /a?b=c&t=T%3D.T HTTP/1.1',
    ],
    ['a cookie', upgradeForm({ kind: 'cookie', name: 'sid' }), '/', 'Cookie: sid=T=.T'],
    ['a subprotocol', SUBPROTOCOL, '/', 'Sec-WebSocket-Protocol: chat, bearer.T=.T'],
  ])('carries the token in %s', (_, form, path, line) => {
    expect(upgradeRequest(form, dialTo({ ...endpoint, path }, 'T=.T'), KEY).split('\r\n')).toContain(line);
  });

  test('names its client to the embedded gateway, whatever the carrier, and to no other', () => {
    for (const form of [HEADER, SUBPROTOCOL, upgradeForm({ kind: 'message' })]) {
      const ours = dialTo({ ...endpoint, ours: true }, 'T');
      expect(upgradeRequest(form, ours, KEY)).toContain('\r\nsquall-client: 3\r\n');
      expect(upgradeRequest(form, dialTo(endpoint, 'T'), KEY)).not.toContain('squall-client');
    }
  });

  test('has a key of 16 bytes that is never the same', () => {
    const keys = Array.from({ length: 100 }, freshKey);
    expect(new Set(keys).size).toBe(100);
    expect(keys.map((key) => Buffer.from(key, 'base64').length)).toEqual(keys.map(() => 16));
  });
});

test('the accept value is that of the example in RFC 6455 section 1.3', () => {
  expect(acceptFor(KEY)).toBe(ACCEPT);
});

describe('an answer that is a handshake', () => {
  test.each<[string, Buffer, UpgradeForm]>([
    ['in the usual form', head(...GOOD), HEADER],
    ['without a reason phrase', head('HTTP/1.1 101', ...GOOD.slice(1)), HEADER],
    [
      'with names and tokens in any case',
      head(...GOOD.slice(0, 1), 'UPGRADE:WebSocket', 'connection: UPGRADE', ...GOOD.slice(3)),
      HEADER,
    ],
    ['with a list in Connection', goodBut('Connection', 'Connection: keep-alive , Upgrade'), HEADER],
    ['with several Connection fields', goodBut('Connection', 'Connection: Upgrade', 'Connection: keep-alive'), HEADER],
    ['with fields that mean nothing here', head(...GOOD, 'Server: x', 'X-Empty:'), HEADER],
    ['with the subprotocol that was offered', head(...GOOD, 'Sec-WebSocket-Protocol: chat'), SUBPROTOCOL],
    ['without any of the subprotocols offered', head(...GOOD), SUBPROTOCOL],
  ])('%s is accepted', (_, bytes, carrier) => {
    expect(readUpgradeAnswer(bytes, carrier, KEY)).toEqual({ kind: 'accepted', rest: Buffer.alloc(0) });
  });

  test.each([
    ['103 Early Hints', [head('HTTP/1.1 103 Early Hints', 'Link: </a.css>; rel=preload')]],
    ['100 Continue, as often as eight times', Array.from({ length: 8 }, () => head('HTTP/1.1 100 Continue'))],
    ['102 of an old proxy', [head('HTTP/1.0 102 Processing')]],
  ])('after %s is accepted (RFC 9110 section 15.2)', (_, interim) => {
    const bytes = Buffer.concat([...interim, head(...GOOD)]);
    expect(readUpgradeAnswer(bytes, HEADER, KEY)).toEqual({ kind: 'accepted', rest: Buffer.alloc(0) });
    const refused = Buffer.concat([...interim, head('HTTP/1.1 403 Forbidden'), Buffer.from('no such tenant')]);
    expect(readUpgradeAnswer(refused, HEADER, KEY)).toEqual({
      kind: 'refused',
      signal: 403,
      said: Buffer.from('no such tenant'),
    });
  });

  test('leaves the bytes after it to the frames', () => {
    const frames = Buffer.from([0x81, 1, 0x41]);
    expect(readUpgradeAnswer(Buffer.concat([head(...GOOD), frames]), HEADER, KEY)).toEqual({
      kind: 'accepted',
      rest: frames,
    });
  });
});

describe('an answer that is no handshake', () => {
  test.each<[string, Buffer, UpgradeForm]>([
    ['another protocol', Buffer.from('SSH-2.0-OpenSSH_9.6\r\n'), HEADER],
    ['another version of HTTP', head('HTTP/2 101', ...GOOD.slice(1)), HEADER],
    ['an upgrade in HTTP/1.0', head('HTTP/1.0 101 Switching Protocols', ...GOOD.slice(1)), HEADER],
    ['a status out of range', head('HTTP/1.1 999 No'), HEADER],
    ['a status of four digits', head('HTTP/1.1 1010 No', ...GOOD.slice(1)), HEADER],
    ['no Upgrade', goodBut('Upgrade'), HEADER],
    ['another Upgrade', goodBut('Upgrade', 'Upgrade: h2c'), HEADER],
    ['no Connection', goodBut('Connection'), HEADER],
    ['a Connection without upgrade', goodBut('Connection', 'Connection: keep-alive, upgraded'), HEADER],
    ['no accept value', goodBut('Sec'), HEADER],
    ['the accept value of another key', goodBut('Sec', `Sec-WebSocket-Accept: ${acceptFor('other')}`), HEADER],
    ['the accept value in another case', goodBut('Sec', `Sec-WebSocket-Accept: ${ACCEPT.toLowerCase()}`), HEADER],
    ['two accept values', head(...GOOD, `Sec-WebSocket-Accept: ${ACCEPT}`), HEADER],
    ['an extension, when none was offered', head(...GOOD, 'Sec-WebSocket-Extensions: permessage-deflate'), HEADER],
    ['a subprotocol, when none was offered', head(...GOOD, 'Sec-WebSocket-Protocol: chat'), HEADER],
    ['a subprotocol that was not offered', head(...GOOD, 'Sec-WebSocket-Protocol: soap'), SUBPROTOCOL],
    ['the token as the subprotocol', head(...GOOD, 'Sec-WebSocket-Protocol: bearer.T'), SUBPROTOCOL],
    ['two subprotocols', head(...GOOD, 'Sec-WebSocket-Protocol: chat', 'Sec-WebSocket-Protocol: chat'), SUBPROTOCOL],
    ['a field without a colon', head(...GOOD, 'nonsense'), HEADER],
    ['a field without a name', head(...GOOD, ': value'), HEADER],
    ['a head that does not end', Buffer.from(`HTTP/1.1 101 x\r\n${'a: b\r\n'.repeat(4000)}`), HEADER],
    [
      'a ninth interim answer',
      Buffer.concat(Array.from({ length: 9 }, () => head('HTTP/1.1 103 Early Hints'))),
      HEADER,
    ],
    [
      'an interim answer, and then no HTTP',
      Buffer.concat([head('HTTP/1.1 100 Continue'), Buffer.from('SSH-2')]),
      HEADER,
    ],
    [
      'interim answers longer than a head may be',
      Buffer.concat([
        ...Array.from({ length: 3 }, () => head('HTTP/1.1 103 x', `X: ${'x'.repeat(7000)}`)),
        head(...GOOD),
      ]),
      HEADER,
    ],
    ['a head that ends too late', head(...GOOD, `X: ${'x'.repeat(20_000)}`), HEADER],
  ])('with %s is refused', (_, bytes, carrier) => {
    expect(readUpgradeAnswer(bytes, carrier, KEY)).toMatchObject({ kind: 'refused', signal: NETWORK.badHandshake });
  });

  test.each([
    ['HTTP/1.1 200 OK', 200],
    ['HTTP/1.1 302 Found', 302],
    ['HTTP/1.1 401 Unauthorized', 401],
    ['HTTP/1.1 503', 503],
    ['HTTP/1.0 503 Service Unavailable', 503],
  ])('%s is refused with its status', (line, signal) => {
    expect(readUpgradeAnswer(head(line, 'Location: http://169.254.169.254/'), HEADER, KEY)).toEqual({
      kind: 'refused',
      signal,
      said: Buffer.alloc(0),
    });
  });
});

describe('an answer in pieces', () => {
  const carrier = fc.constantFrom(HEADER, SUBPROTOCOL);

  test('means what it means in one', () => {
    const line = fc.oneof(
      fc.constantFrom(...GOOD.slice(1), 'Sec-WebSocket-Protocol: chat', 'Sec-WebSocket-Extensions: x', 'nonsense'),
      fc.string({ maxLength: 20 }),
      fc.integer({ min: 0, max: 17_000 }).map((length) => `X: ${'x'.repeat(length)}`),
    );
    const first = fc.constantFrom(
      GOOD[0]!,
      `HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n${GOOD[0]}`,
      'HTTP/1.1 401 No',
      'HTTP/1.0 101 x',
      'HTTX',
      '',
    );
    const cuts = fc.array(fc.nat(17_500), { maxLength: 20 });
    const rest = fc.uint8Array({ maxLength: 10 });
    fc.assert(
      fc.property(first, fc.array(line, { maxLength: 6 }), rest, cuts, carrier, (status, lines, tail, at, how) => {
        const bytes = Buffer.concat([head(status, ...lines), tail]);
        const whole = readUpgradeAnswer(bytes, how, KEY);
        expect(apartFromWords(inPieces(bytes, at, how))).toEqual(apartFromWords(whole));
      }),
    );
  });

  test('means what it means in one, however close its length is to the limit', () => {
    for (const length of Array.from({ length: 20 }, (_, n) => 16_384 - 150 + n)) {
      const bytes = head(...GOOD, `X: ${'x'.repeat(length)}`);
      const everyByte = Array.from(bytes.keys()).slice(16_300);
      expect(apartFromWords(inPieces(bytes, everyByte, HEADER))).toEqual(
        apartFromWords(readUpgradeAnswer(bytes, HEADER, KEY)),
      );
    }
  });

  test('of garbage never throws, and ends in a decision within the limit', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), carrier, (garbage, likeHttp, how) => {
        const bytes = Buffer.concat([Buffer.from(likeHttp ? 'HTTP/1.1 101 ' : ''), garbage]);
        expect(['incomplete', 'refused']).toContain(readUpgradeAnswer(bytes, how, KEY).kind);
        const flood = Buffer.concat([bytes, Buffer.alloc(16_400, 'x')]);
        expect(readUpgradeAnswer(flood, how, KEY).kind).toBe('refused');
      }),
    );
  });
});

/** A good answer whose accept value may be wrong, with the right one in another header. */
function echo(own: string, accept: string): Buffer {
  return goodBut('Sec-WebSocket-Accept', `X-Echo: ${own}`, `Sec-WebSocket-Accept: ${accept}`);
}

describe('an answer after one with the same head', () => {
  test('is refused when the value that fits its key stands in another header', () => {
    const [first, second] = [freshKey(), freshKey()];
    expect(readUpgradeAnswer(echo(acceptFor(first), acceptFor(first)), HEADER, first).kind).toBe('accepted');
    expect(readUpgradeAnswer(echo(acceptFor(second), acceptFor(first)), HEADER, second).kind).toBe('refused');
  });

  const offers = { headers: [], path: null, subprotocols: [], deflate: true };
  const withDeflate = upgradeForm({ kind: 'header' }, offers);
  const accepts = 'Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10';
  const afterFrame = Buffer.from([0x81, 1, 0x41]);

  test.each([
    ['without an extension', HEADER, []],
    ['with compression', withDeflate, [accepts]],
  ])('%s is read as the first one, for another key and with frames after it', (_, form, lines) => {
    const answerTo = (key: string): Buffer =>
      Buffer.concat([head(...GOOD.slice(0, 3), `Sec-WebSocket-Accept: ${acceptFor(key)}`, ...lines), afterFrame]);
    const first = readUpgradeAnswer(answerTo(KEY), form, KEY);
    const [key, other] = [freshKey(), freshKey()];
    expect(readUpgradeAnswer(answerTo(key), form, key)).toEqual(first);
    expect(readUpgradeAnswer(answerTo(other), form, key)).toMatchObject({ kind: 'refused' });
  });

  test('is held to every rule: one byte more, less or other means what it means in a first answer', () => {
    const good = Buffer.concat([head(...GOOD.slice(0, 1), accepts, ...GOOD.slice(1)), afterFrame]);
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.uint8Array({ maxLength: 2 }), fc.nat(1), (at, bytes, removed) => {
        const changed = Buffer.concat([good.subarray(0, at), bytes, good.subarray(at + removed)]);
        expect(readUpgradeAnswer(good, withDeflate, KEY).kind).toBe('accepted');
        // A form that no answer was read for is a new one.
        const unknown = upgradeForm({ kind: 'header' }, offers);
        const afresh = readUpgradeAnswer(changed, unknown, KEY);
        readUpgradeAnswer(good, withDeflate, KEY);
        expect(readUpgradeAnswer(changed, withDeflate, KEY)).toEqual(afresh);
      }),
      { numRuns: 500 },
    );
  });
});

/** How much of a refusal is quoted depends on how much of it had come. */
function apartFromWords(answer: UpgradeAnswer): UpgradeAnswer {
  return answer.kind === 'refused' ? { ...answer, said: Buffer.alloc(0) } : answer;
}

/** The first decision when the answer arrives cut at these places, with all that came after it as the rest. */
function inPieces(bytes: Buffer, cuts: readonly number[], carrier: UpgradeForm): UpgradeAnswer {
  for (const end of [...cuts, bytes.length].toSorted((a, b) => a - b)) {
    const answer = readUpgradeAnswer(bytes.subarray(0, end), carrier, KEY);
    if (answer.kind === 'incomplete') continue;
    return answer.kind === 'accepted'
      ? { kind: 'accepted', rest: bytes.subarray(Math.min(end, bytes.length) - answer.rest.length) }
      : answer;
  }
  return { kind: 'incomplete' };
}
