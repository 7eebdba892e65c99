import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { NETWORK } from '../../core/signal.ts';
import { pair } from '../impairment/peer.test.helper.ts';
import {
  closing,
  connect,
  endpointAt,
  FRAME,
  handshake,
  rawServer,
  serverFrame,
  type RawServer,
  type Story,
} from '../network/raw-server.test.helper.ts';

const HEAD_OF_GOOD = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n';

/** Waits for the end of everything on both sides, which is to be reported once. */
async function isOver(server: RawServer, story: Story): Promise<void> {
  await server.allClosed();
  await story.untilClosed();
  expect(story.closings).toBe(1);
}

describe('an attempt', () => {
  test('at a port where nobody listens is refused', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    server.close();
    await once(server, 'close');
    const { story } = connect(endpointAt(typeof address === 'object' && address !== null ? address.port : 0));
    await story.until(1);
    expect(story.events).toEqual([['ended', NETWORK.refused, '']]);
  });

  test.each<[string, (socket: Socket, key: string) => void, number]>([
    ['closed without an answer', (socket) => socket.end(), NETWORK.reset],
    ['reset without an answer', (socket) => socket.resetAndDestroy(), NETWORK.reset],
    ['answered with 200', (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'), 200],
    ['redirected', (socket) => socket.write('HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\n\r\n'), 302],
    ['answered with 401', (socket) => socket.write('HTTP/1.1 401 Unauthorized\r\n\r\n'), 401],
    ['answered with 503 by an old proxy', (socket) => socket.write('HTTP/1.0 503 Unavailable\r\n\r\n'), 503],
    ['answered with garbage', (socket) => socket.write(Buffer.alloc(3000, 0x16)), NETWORK.badHandshake],
    [
      'answered with an endless header',
      (socket) => socket.write(HEAD_OF_GOOD + 'a: b\r\n'.repeat(9000)),
      NETWORK.badHandshake,
    ],
    [
      'reset in the middle of the answer',
      (socket) => socket.write(HEAD_OF_GOOD, () => socket.resetAndDestroy()),
      NETWORK.reset,
    ],
    ['ended in the middle of the answer', (socket) => socket.end(HEAD_OF_GOOD), NETWORK.reset],
    ['answered for another key', (socket) => socket.write(handshake('another')), NETWORK.badHandshake],
    [
      'given an extension that it did not offer',
      (socket, key) => socket.write(handshake(key, 'Sec-WebSocket-Extensions: permessage-deflate')),
      NETWORK.badHandshake,
    ],
    [
      'given a subprotocol that it did not offer',
      (socket, key) => socket.write(handshake(key, 'Sec-WebSocket-Protocol: mqtt')),
      NETWORK.badHandshake,
    ],
  ])('that is %s ends once, with its reason, and leaves no socket', async (_, answer, signal) => {
    const server = await rawServer(answer);
    const { story } = connect(server.endpoint);
    await story.until(1);
    await isOver(server, story);
    expect(story.events).toEqual([['ended', signal, expect.any(String)]]);
  });

  test.each<[string, (socket: Socket, key: string) => void, number, string]>([
    [
      'a refusal',
      (socket) => socket.write('HTTP/1.1 403 Forbidden\r\nContent-Length: 9\r\n\r\nno tenant'),
      403,
      'no tenant',
    ],
    [
      'no HTTP',
      (socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n'),
      NETWORK.badHandshake,
      'no HTTP: SSH-2.0-OpenSSH_9.6\r\n',
    ],
    [
      'an answer for another key',
      (socket) => socket.write(handshake('another')),
      NETWORK.badHandshake,
      'HTTP 101 with a wrong Sec-WebSocket-Accept, or none',
    ],
    [
      'a refusal of a megabyte',
      (socket) => socket.write(`HTTP/1.1 500 No\r\n\r\n${'x'.repeat(1 << 20)}`),
      500,
      'x'.repeat(1024),
    ],
  ])('that is given %s reports what was said, within its bound', async (_, answer, signal, said) => {
    const server = await rawServer(answer);
    const { story } = connect(server.endpoint);
    await story.until(1);
    await isOver(server, story);
    expect(story.events).toEqual([['ended', signal, said]]);
  });

  test('is opened by a 101 that follows interim answers', async () => {
    const server = await rawServer((socket, key) => {
      socket.write('HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n', () =>
        socket.write(handshake(key)),
      );
    });
    const { story } = connect(server.endpoint);
    await story.until(1);
    expect(story.events).toEqual([['opened']]);
  });

  test('that is never answered goes on until it is abandoned, and then leaves no socket', async () => {
    let asked!: () => void;
    const request = new Promise<void>((resolve) => (asked = resolve));
    const server = await rawServer(() => asked());
    const { connection, story } = connect(server.endpoint);
    await request;
    connection.hangUp();
    await isOver(server, story);
    expect(story.events).toEqual([]);
  });

  test('that is abandoned before it is even begun says nothing', async () => {
    const server = await rawServer((socket, key) => socket.write(handshake(key)));
    const { connection, story } = connect(server.endpoint);
    connection.hangUp();
    const next = connect(server.endpoint);
    await next.story.until(1);
    expect(story.events).toEqual([]);
  });

  test('over TLS at a server that does not speak it ends with the reason, and with no warning about the name', async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error): void => void warnings.push(warning);
    process.on('warning', listen);
    const server = await rawServer((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const { story } = connect({ ...server.endpoint, secure: true });
    await story.until(1);
    await isOver(server, story);
    process.off('warning', listen);
    expect(story.events).toEqual([
      ['ended', NETWORK.tls, expect.stringContaining('the server does not speak TLS at this port')],
    ]);
    expect(warnings).toEqual([]);
  });
});

/** Sends a close frame, and ends the connection as a server should. */
function closesWith(body: Buffer | string) {
  return (socket: Socket) => socket.end(serverFrame(FRAME.close, body));
}

function sends(...bytes: readonly Buffer[]) {
  return (socket: Socket) => socket.write(Buffer.concat(bytes));
}

function bad(words: string) {
  return [['ended', NETWORK.badFrame, words]];
}

describe('an open connection', () => {
  test.each<[string, (socket: Socket) => void, readonly unknown[]]>([
    ['is closed without a code', closesWith(''), [['ended', 1005, '']]],
    ['is closed with 1000', closesWith(closing(1000)), [['ended', 1000, '']]],
    ['is closed with 1012', closesWith(closing(1012, 'restart')), [['ended', 1012, 'restart']]],
    ['is closed with 4999', closesWith(closing(4999)), [['ended', 4999, '']]],
    ['is closed with control characters', closesWith(closing(4401, '\u001b[2J\0')), [['ended', 4401, '\u001b[2J\0']]],
    ['is closed with half a code', closesWith('x'), bad('invalid payload length 1')],
    [
      'is closed with invalid UTF-8',
      closesWith(closing(1000, Buffer.from([0xc3, 0x28]))),
      bad('invalid UTF-8 sequence'),
    ],
    ['ends without a close frame', (socket) => socket.end(), [['ended', NETWORK.reset, '']]],
    ['is reset', (socket) => socket.resetAndDestroy(), [['ended', NETWORK.reset, '']]],
    [
      'brings a message in two fragments, then a close',
      (socket) =>
        socket.end(
          Buffer.concat([
            serverFrame(FRAME.textBegins, 'he'),
            serverFrame(FRAME.ends, 'llo'),
            serverFrame(FRAME.close, closing(1001)),
          ]),
        ),
      [
        ['message', 'hello'],
        ['ended', 1001, ''],
      ],
    ],
    ['brings a masked frame', sends(Buffer.from([FRAME.text, 0x81, 1, 2, 3, 4, 0x40])), bad('MASK must be clear')],
    ['brings a reserved opcode', sends(serverFrame(0x83)), bad('invalid opcode 3')],
    ['brings a reserved bit', sends(serverFrame(0xc1, 'x')), bad('RSV1 must be clear')],
    [
      'brings text that is not UTF-8',
      sends(serverFrame(FRAME.text, Buffer.from([0xff]))),
      bad('invalid UTF-8 sequence'),
    ],
    ['brings a fragment of nothing', sends(serverFrame(FRAME.ends, 'x')), bad('invalid opcode 0')],
    [
      'brings a message over the limit',
      sends(serverFrame(FRAME.text, '', (1 << 20) + 1)),
      bad('a message of more than 1048576 bytes'),
    ],
    [
      'brings a message as long as can be said',
      sends(Buffer.from([0x82, 127, ...Buffer.alloc(8, 0xff)])),
      bad('payload length > 2^53 - 1'),
    ],
    [
      'brings fragments without end',
      sends(
        serverFrame(FRAME.textBegins, 'x'),
        ...Array.from({ length: 2000 }, () => serverFrame(FRAME.continues, 'x')),
      ),
      bad('Too many message fragments'),
    ],
    [
      'brings more after the close frame, which is not heard',
      sends(serverFrame(FRAME.close, closing(1000)), serverFrame(FRAME.text, 'late'), serverFrame(FRAME.close)),
      [['ended', 1000, '']],
    ],
  ])('that %s is reported once and leaves no socket', async (_, act, reported) => {
    const server = await rawServer((socket, key) => socket.write(handshake(key), () => act(socket)));
    const { story } = connect(server.endpoint);
    await story.until(1 + reported.length);
    await isOver(server, story);
    expect(story.events).toEqual([['opened'], ...reported]);
  });

  test.each([0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65_535])(
    'that is closed with %i, which must not be sent, breaks the protocol',
    async (code) => {
      const server = await rawServer((socket, key) =>
        socket.end(Buffer.concat([handshake(key), serverFrame(FRAME.close, closing(code))])),
      );
      const { story } = connect(server.endpoint);
      await story.until(2);
      await isOver(server, story);
      expect(story.events).toEqual([['opened'], ...bad(`invalid status code ${code}`)]);
    },
  );

  test('hears the frames that came in one packet with the handshake', async () => {
    const server = await rawServer((socket, key) =>
      socket.write(
        Buffer.concat([handshake(key), serverFrame(FRAME.text, 'first'), serverFrame(FRAME.text, 'second')]),
      ),
    );
    const { story } = connect(server.endpoint);
    await story.until(3);
    expect(story.events).toEqual([['opened'], ['message', 'first'], ['message', 'second']]);
  });

  test('exchanges text and binary messages with a server of ws, and leaves the bytes that it sends as they are', async () => {
    const { connection, story, peer } = await pair();
    peer.on('message', (data: Buffer, isBinary: boolean) => peer.send(data, { binary: isBinary }));
    const bytes = Buffer.from([0x00, 0xff, 0x10, 0x80]);
    connection.send(bytes);
    connection.send('text');
    connection.send(bytes);
    await story.until(4);
    expect(story.events).toEqual([['opened'], ['binary', '00ff1080'], ['message', 'text'], ['binary', '00ff1080']]);
    expect(bytes.toString('hex')).toBe('00ff1080');
  });

  test('hears the same when every byte comes by itself', async () => {
    const server = await rawServer((socket, key) => {
      socket.setNoDelay();
      const bytes = Buffer.concat([
        handshake(key),
        serverFrame(FRAME.text, 'slow'),
        serverFrame(FRAME.close, closing(1001)),
      ]);
      const drip = (at: number): void => {
        if (at < bytes.length) socket.write(bytes.subarray(at, at + 1), () => setImmediate(drip, at + 1));
      };
      drip(0);
    });
    const { story } = connect(server.endpoint);
    await story.until(3);
    expect(story.events).toEqual([['opened'], ['message', 'slow'], ['ended', 1001, '']]);
  });

  test('is over when the peer ends it, though the peer reads nothing of what it was sent', async () => {
    let peer: Socket | undefined;
    const server = await rawServer((socket, key) => {
      peer = socket.pause();
      socket.write(handshake(key));
    }, true);
    const { connection, story } = connect(server.endpoint);
    await story.until(1);
    for (let n = 0; n < 500; n++) connection.send('x'.repeat(65_536));
    peer?.end();
    await story.until(2);
    expect(story.events).toEqual([['opened'], ['ended', NETWORK.reset, '']]);
  });

  test('keeps no more than a bound of what the peer does not read', async () => {
    let peer: Socket | undefined;
    const server = await rawServer((socket, key) => {
      peer = socket.pause();
      socket.write(handshake(key));
    });
    const { connection, story } = connect(server.endpoint);
    await story.until(1);
    const message = 'x'.repeat(65_536);
    const messages = 1000;
    for (let n = 0; n < messages; n++) connection.send(message);
    connection.hangUp();
    let receivedBytes = 0;
    peer?.on('data', (chunk: Buffer) => (receivedBytes += chunk.length)).resume();
    await isOver(server, story);
    expect(receivedBytes).toBeGreaterThan(message.length);
    expect(receivedBytes).toBeLessThan((messages * message.length) / 2);
  });
});

describe('hanging up', () => {
  test('ends with a close frame, and nothing is heard of what still comes', async () => {
    let received = Buffer.alloc(0);
    const server = await rawServer((socket, key) => {
      socket.write(handshake(key));
      socket.on('data', (chunk: Buffer) => {
        received = Buffer.concat([received, chunk]);
        socket.end(Buffer.concat([serverFrame(FRAME.text, 'late'), serverFrame(FRAME.close, closing(1000))]));
      });
    });
    const { connection, story } = connect(server.endpoint);
    await story.until(1);
    connection.hangUp();
    connection.send('too late');
    connection.hangUp();
    await isOver(server, story);
    expect(story.events).toEqual([['opened']]);
    // FIN and opcode 8, mask bit and length 2, four bytes of mask, and the masked code: nothing after it
    expect([...received.subarray(0, 2), received.length]).toEqual([0x88, 0x82, 8]);
  });

  test('may happen while the opening is being reported', async () => {
    const server = await rawServer((socket, key) =>
      socket.write(Buffer.concat([handshake(key), serverFrame(FRAME.text, 'first')])),
    );
    const { connection, story } = connect(server.endpoint);
    const report = story.opened.bind(story);
    story.opened = () => {
      report();
      connection.hangUp();
    };
    await story.until(1);
    await isOver(server, story);
    expect(story.events).toEqual([['opened']]);
  });

  test('on a server that answers nothing, ends nothing and goes on sending takes a bounded time', async () => {
    const server = await rawServer((socket, key) => {
      socket.write(handshake(key));
      const flood = setInterval(() => socket.write(serverFrame(FRAME.ping, 'still here')), 50);
      socket.once('close', () => clearInterval(flood));
    }, true);
    const { connection, story } = connect(server.endpoint);
    await story.until(1);
    connection.hangUp();
    await isOver(server, story);
    expect(story.events).toEqual([['opened']]);
  });
});

describe('a ping', () => {
  test('is a masked frame without content, and anything that comes is reported as heard', async () => {
    const pings: Buffer[] = [];
    const server = await rawServer((socket, key) => {
      socket.write(handshake(key));
      socket.once('data', (chunk: Buffer) => {
        pings.push(chunk);
        socket.write(serverFrame(FRAME.pong));
      });
    });
    const { connection, story } = connect(server.endpoint);
    await story.until(1);
    expect(story.receipts).toBe(0);
    connection.ping();
    await story.untilHeard();
    // FIN and opcode 9, mask bit and length 0, four bytes of mask
    expect(pings.map((ping) => [...ping.subarray(0, 2), ping.length])).toEqual([[0x89, 0x80, 6]]);
    expect(story.events).toEqual([['opened']]);
    connection.hangUp();
    connection.ping();
    await isOver(server, story);
  });
});
