import { once } from 'node:events';
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { NETWORK } from '../../core/signal.ts';
import { Deflate } from './deflate.ts';
import { deflateTerms } from './deflate-terms.ts';
import { ReorderImpairment } from '../impairment/reorder.ts';
import { SilentImpairment } from '../impairment/silent.ts';
import {
  closing,
  connect,
  endpointAt,
  FRAME,
  handshake,
  rawServer,
  serverFrame,
} from '../network/raw-server.test.helper.ts';
import { PLAIN_UPGRADE, upgradeForm } from './upgrade-form.ts';

const DEFLATE = upgradeForm({ kind: 'header' }, { ...PLAIN_UPGRADE, deflate: true });
const ACCEPTED = 'Sec-WebSocket-Extensions: permessage-deflate';
/** RSV1, which the first frame of a compressed message has. */
const COMPRESSED = 0x40;

/** A server of `ws` with what a connection to it received. */
async function peerOf(options: object | false) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: options });
  onTestFinished(() => {
    for (const peer of server.clients) peer.terminate();
    server.close();
  });
  await once(server, 'listening');
  const address = server.address();
  const accepted = once(server, 'connection') as Promise<[WebSocket]>;
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const { connection, story } = connect(endpointAt(port), DEFLATE);
  const [peer] = await accepted;
  const received: string[] = [];
  peer.on('message', (data: Buffer, isBinary) => {
    received.push(isBinary ? data.toString('hex') : data.toString());
    peer.send(data, { binary: isBinary });
  });
  await story.until(1);
  return { connection, story, peer, received };
}

/** What a server sends of a message, or of a part of it, without the tail of RFC 7692 section 7.2.1. */
function compressed(text: string | Buffer): Buffer {
  return deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
}

/** The connection of a server that accepts compression and goes on with `frames`. */
async function fed(...frames: readonly Buffer[]) {
  const server = await rawServer((socket, key) => socket.write(Buffer.concat([handshake(key, ACCEPTED), ...frames])));
  return { ...connect(server.endpoint, DEFLATE), server };
}

const long = 'the same words, again and again, '.repeat(2000);

describe('a connection that offers compression', () => {
  test.each([
    ['context kept both ways', {}],
    ['no context of the server', { serverNoContextTakeover: true }],
    ['no context of the client', { clientNoContextTakeover: true }],
    ['no context at all', { serverNoContextTakeover: true, clientNoContextTakeover: true }],
    ['small windows', { serverMaxWindowBits: 9, clientMaxWindowBits: 9 }],
    ['the smallest windows', { serverMaxWindowBits: 8, clientMaxWindowBits: 8 }],
  ])('exchanges messages in order with a server of ws, %s', async (_, options) => {
    const { connection, story, peer, received } = await peerOf({ ...options, threshold: 0 });
    expect(peer.extensions).toContain('permessage-deflate');
    const bytes = Buffer.from(long);
    const many = Array.from({ length: 100 }, (__, at) => `{"id":${at},"room":"room-${at % 7}","text":"${at ** 5}"}`);
    const messages = [long, 'short', '', bytes, Buffer.alloc(0), 'äöü€😀', ...many, long];
    for (const message of messages) connection.send(message);
    await story.until(1 + messages.length);
    const expected = messages.map((each) => (typeof each === 'string' ? each : each.toString('hex')));
    expect(received).toEqual(expected);
    expect(story.events.slice(1).map(([, data]) => data)).toEqual(expected);
    expect(bytes.toString()).toBe(long);
    peer.ping('x');
    expect(String((await once(peer, 'pong'))[0])).toBe('x');
  });

  test('receives what a server of ws sends in compressed fragments, with pings between them', async () => {
    const { story, peer } = await peerOf({ threshold: 0 });
    for (const text of [long, 'b']) {
      peer.send(`${text}1`, { fin: false, compress: true });
      peer.ping();
      peer.send('', { fin: false, compress: true });
      peer.send(`${text}2`, { fin: true, compress: true });
      peer.send(text, { compress: false });
    }
    await story.until(5);
    const both = [long, 'b'].flatMap((text) => [`${text}1${text}2`, text]);
    expect(story.events.slice(1).map(([, data]) => data)).toEqual(both);
  });

  test('sends what came before a hang-up, and closes cleanly', async () => {
    const { connection, story, peer, received } = await peerOf({ threshold: 0 });
    connection.send(long);
    connection.hangUp();
    expect((await once(peer, 'close'))[0]).toBe(1000);
    await story.untilClosed();
    expect(received).toEqual([long]);
  });

  test('goes without where the server does not take it', async () => {
    const { connection, story, peer, received } = await peerOf(false);
    expect(peer.extensions).toBe('');
    connection.send(long);
    await story.until(2);
    expect(received).toEqual([long]);
  });

  test('stays understood when a fault swaps messages or loses them', async () => {
    const { connection, story, received } = await peerOf({ threshold: 0 });
    connection.send('1 and the same');
    await story.until(2);
    connection.interpose(new ReorderImpairment());
    connection.send('2 and the same');
    connection.send('3 and the same');
    await story.until(4);
    connection.restore();
    connection.send('4 and the same');
    await story.until(5);
    connection.interpose(new SilentImpairment());
    connection.send('5 and the same');
    connection.restore();
    connection.send('6 and the same');
    await story.until(6);
    expect(received.map((each) => each[0]).join('')).toBe('13246');
  });

  test('reports the last messages of a server before the end, which follows at once', async () => {
    const first = serverFrame(FRAME.text | COMPRESSED, compressed(long));
    const server = await rawServer((socket, key) =>
      socket.end(Buffer.concat([handshake(key, ACCEPTED), first, first])),
    );
    const { story } = connect(server.endpoint, DEFLATE);
    await story.untilClosed();
    expect(story.events.map(([what]) => what)).toEqual(['opened', 'message', 'message', 'ended']);
    const closed = await fed(first, serverFrame(FRAME.close, closing(4001, 'bye')));
    await closed.story.until(3);
    expect(closed.story.events).toEqual([['opened'], ['message', long], ['ended', 4001, 'bye']]);
  });

  test('reads compressed messages that are empty, end their stream or come byte by byte', async () => {
    const ending = Buffer.concat([deflateRawSync('one'), Buffer.from([0])]);
    const bytes = [...compressed('two')];
    const parts = bytes.map((byte, at) => {
      const first = at === 0 ? FRAME.textBegins | COMPRESSED : FRAME.continues;
      return serverFrame(first | (at === bytes.length - 1 ? FRAME.ends : 0), Buffer.from([byte]));
    });
    const empty = serverFrame(FRAME.text | COMPRESSED, Buffer.from([0]));
    const { story } = await fed(empty, serverFrame(FRAME.text | COMPRESSED, ending), ...parts, empty);
    await story.until(5);
    expect(story.events.slice(1).map(([, data]) => data)).toEqual(['', 'one', 'two', '']);
  });

  test.each([
    ['permessage-deflate twice', 'permessage-deflate, permessage-deflate', 'with permessage-deflate twice'],
    ['it twice, in two lines', `permessage-deflate\r\n${ACCEPTED}`, 'with permessage-deflate twice'],
    ['another extension', 'permessage-deflate, foo', 'with an extension that was not offered'],
    ['a wrong parameter', 'permessage-deflate; level=9', 'with a wrong parameter of permessage-deflate (RFC 7692'],
    ['no list', ';;;', 'with a Sec-WebSocket-Extensions that is no list'],
  ])('fails when it is given %s', async (_, value, why) => {
    const server = await rawServer((socket, key) => socket.write(handshake(key, `Sec-WebSocket-Extensions: ${value}`)));
    const { story } = connect(server.endpoint, DEFLATE);
    await story.untilClosed();
    expect(story.events).toEqual([['ended', NETWORK.badHandshake, expect.stringContaining(`HTTP 101 ${why}`)]]);
  });

  test.each([
    ['bytes that are not compressed', serverFrame(FRAME.text | COMPRESSED, 'no deflate at all')],
    [
      'a message that goes bad after a while',
      serverFrame(FRAME.text | COMPRESSED, `${compressed(long).toString('latin1')}no`),
    ],
    ['text that is no UTF-8', serverFrame(FRAME.text | COMPRESSED, compressed(Buffer.from([0xff])))],
    ['a compressed ping', serverFrame(FRAME.ping | COMPRESSED, compressed('x'))],
    [
      'RSV1 in a later fragment',
      Buffer.concat([
        serverFrame(FRAME.textBegins | COMPRESSED, compressed('a')),
        serverFrame(FRAME.ends | COMPRESSED, compressed('b')),
      ]),
    ],
  ])('ends as by a bad frame when it is sent %s', async (_, frames) => {
    const { story } = await fed(frames);
    await story.untilClosed();
    expect(story.events).toEqual([['opened'], ['ended', NETWORK.badFrame, expect.stringMatching(/./)]]);
  });

  test('ends when messages inflate beyond the limit, whole or in fragments, and keeps nothing of them', async () => {
    const oneMb = deflateRawSync(Buffer.alloc(1 << 20), { finishFlush: constants.Z_SYNC_FLUSH });
    const bomb = Buffer.concat(Array.from({ length: 512 }, () => oneMb));
    const half = bomb.length / 2;
    const fragments = [
      serverFrame((FRAME.binary & ~FRAME.ends) | COMPRESSED, bomb.subarray(0, half)),
      serverFrame(FRAME.ends, bomb.subarray(half)),
    ];
    const peakKb = process.resourceUsage().maxRSS;
    for (const frames of [[serverFrame(FRAME.binary | COMPRESSED, bomb)], fragments]) {
      const { story } = await fed(...frames);
      await story.untilClosed();
      expect(story.events).toEqual([['opened'], ['ended', NETWORK.badFrame, 'a message of more than 1048576 bytes']]);
    }
    expect(process.resourceUsage().maxRSS - peakKb).toBeLessThan(64 << 10);
  });

  test('does not take compressed messages that were not agreed on', async () => {
    const frames = serverFrame(FRAME.text | COMPRESSED, compressed('x'));
    const server = await rawServer((socket, key) => socket.write(Buffer.concat([handshake(key), frames])));
    const { story } = connect(server.endpoint, DEFLATE);
    await story.untilClosed();
    expect(story.events).toEqual([['opened'], ['ended', NETWORK.badFrame, 'RSV1 must be clear']]);
  });

  test('outlives hang-ups and resets among compressed messages, 200 times', async () => {
    const frames = Array.from({ length: 8 }, () => serverFrame(FRAME.text | COMPRESSED, compressed(long)));
    const server = await rawServer((socket, key) => {
      socket.write(Buffer.concat([handshake(key, ACCEPTED), ...frames]));
    });
    const endings = ['hangUp', 'reset', 'garble'] as const;
    for (let at = 0; at < 200; at++) {
      const { connection, story } = connect(server.endpoint, DEFLATE);
      await (at % 2 === 0 ? story.until(1) : story.until(1 + (at % 8)));
      connection.send(long);
      const socket = server.sockets.at(-1);
      if (at % 4 === 3) socket?.resetAndDestroy();
      else connection[endings[at % 3]!]();
      // The server answers no close frame; its end is what a hang-up waits for.
      socket?.end();
      await story.untilClosed();
      expect(story.closings).toBe(1);
      expect(story.events.filter(([what]) => what === 'ended').length).toBeLessThanOrEqual(1);
    }
  });
});

describe('compressed messages', () => {
  test('are what went in, in any order of sizes and with any terms', async () => {
    const bits = fc.constantFrom('', '; client_max_window_bits=8', '; client_max_window_bits=12');
    const context = fc.constantFrom('', '; client_no_context_takeover');
    const message = fc.oneof(
      fc.string({ minLength: 1 }),
      fc.nat(9000).map((size) => 'abc'.repeat(size + 1)),
      fc.uint8Array({ minLength: 1, maxLength: 6000 }).map((bytes) => Buffer.from(bytes)),
    );
    fc.assert(
      fc.property(bits, context, fc.array(message, { maxLength: 12 }), (window, takeover, messages) => {
        const terms = deflateTerms(`permessage-deflate${window}${takeover}`);
        if (typeof terms === 'string') throw new Error(terms);
        const deflate = new Deflate(terms);
        let before = Buffer.alloc(0);
        for (const each of messages) {
          const inflated = inflateRawSync(Buffer.concat([payloadOf(deflate.messageFrame(each)), TAIL]), {
            finishFlush: constants.Z_SYNC_FLUSH,
            windowBits: terms.fromClient.windowBits,
            ...(before.length === 0 ? {} : { dictionary: before }),
          });
          expect(inflated.equals(Buffer.from(each))).toBe(true);
          if (terms.fromClient.keepsContext) before = Buffer.concat([before, inflated]).subarray(-(1 << 15));
        }
      }),
      { numRuns: 60 },
    );
  });
});

const TAIL = Buffer.from([0, 0, 0xff, 0xff]);

/** The payload of a masked frame whose first byte says that it is whole and compressed. */
function payloadOf(frame: Buffer): Buffer {
  expect(frame[0]! & 0xf0).toBe(FRAME.ends | COMPRESSED);
  const length = frame[1]! & 0x7f;
  const start = length < 126 ? 6 : length === 126 ? 8 : 14;
  const mask = frame.subarray(start - 4, start);
  return frame.subarray(start).map((byte, at) => byte ^ mask[at % 4]!) as Buffer;
}
