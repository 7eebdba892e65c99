import { describe, expect, test } from 'vitest';
import type { LinkMode } from '../../core/fault/link.ts';
import { NETWORK } from '../../core/signal.ts';
import type { Connection } from '../socket/connection.ts';
import { FRAME, handshake, rawServer, connect, serverFrame } from '../network/raw-server.test.helper.ts';
import { until } from '../../testing/shard-rig.ts';
import { makeImpairment } from './make-impairment.ts';
import { pair, pairs, type Pair } from './peer.test.helper.ts';
import { SilentImpairment } from './silent.ts';

const HOUR_MS = 3_600_000;
const OPENED = ['opened'] as const;
const message = (text: string) => ['message', text] as const;

const latency = (ms: number): LinkMode => ({ kind: 'latency', delay: { kind: 'fixed', ms } });

function interpose(connection: Connection, mode: LinkMode, draw = () => 0.5): void {
  connection.interpose(makeImpairment(mode, draw));
}

/** A silent link that records what it has withheld. */
class WatchedSilence extends SilentImpairment {
  readonly #withheld = new Set<string>();

  override messageIn(): void {
    this.#withheld.add('message');
  }

  override closeFrameIn(passOn: () => void): void {
    super.closeFrameIn(passOn);
    this.#withheld.add('close frame');
  }

  override endIn(passOn: () => void): void {
    super.endIn(passOn);
    this.#withheld.add('end');
  }

  override hangUp(cut: () => void): void {
    super.hangUp(cut);
    this.#withheld.add('hang-up');
  }

  async withholds(what: 'message' | 'close frame' | 'end' | 'hang-up'): Promise<void> {
    await until(() => this.#withheld.has(what));
  }
}

async function silenced(): Promise<Pair & { readonly link: WatchedSilence }> {
  const link = new WatchedSilence();
  const all = await pair();
  all.connection.interpose(link);
  return { ...all, link };
}

/** Resolves when everything that was sent before to another client must have arrived. */
async function hasCome({ peer, story }: Pair): Promise<void> {
  const { length } = story.events;
  peer.send('witness');
  await story.until(length + 1);
}

describe('a silent link', () => {
  test('loses what is sent while it lasts, and passes everything afterwards', async () => {
    const { connection, story, peer, received, receives, link } = await silenced();
    connection.send('lost');
    connection.ping();
    peer.send('lost too');
    await link.withholds('message');
    expect(story.receipts).toBe(0);
    connection.restore();
    connection.send('after');
    peer.send('after, too');
    await receives(1);
    await story.until(2);
    expect(received).toEqual(['after']);
    expect(story.events).toEqual([OPENED, message('after, too')]);
  });

  test('keeps frame boundaries when it begins in the middle of a message', async () => {
    const frame = serverFrame(FRAME.text, 'in two halves');
    const server = await rawServer((socket, key) =>
      socket.write(Buffer.concat([handshake(key), serverFrame(FRAME.ping), frame.subarray(0, 5)])),
    );
    const { connection, story } = connect(server.endpoint);
    await story.until(1);
    await story.untilHeard();
    const link = new WatchedSilence();
    connection.interpose(link);
    server.sockets[0]!.write(frame.subarray(5));
    await link.withholds('message');
    connection.restore();
    server.sockets[0]!.write(serverFrame(FRAME.text, 'whole'));
    await story.until(2);
    expect(story.events).toEqual([OPENED, message('whole')]);
  });

  test.each<[string, (pair: Pair) => void, 'close frame' | 'end', readonly unknown[]]>([
    ['breaks off', ({ peer }) => peer.terminate(), 'end', ['ended', NETWORK.reset, '']],
    ['closes', ({ peer }) => peer.close(1012, 'deploy'), 'close frame', ['ended', 1012, 'deploy']],
  ])('hides that the peer %s, and reports it once when it is over', async (_, end, what, events) => {
    const all = await silenced();
    end(all);
    await all.link.withholds(what);
    expect(all.story).toMatchObject({ events: [OPENED], closings: 0 });
    all.connection.restore();
    await all.story.untilClosed();
    expect(all.story).toMatchObject({ events: [OPENED, events], closings: 1 });
  });

  test('hides a hang-up from the peer and keeps its socket until the fault ends', async () => {
    const { connection, story, peer, closed, link } = await silenced();
    connection.hangUp();
    await link.withholds('hang-up');
    peer.send('are you there?');
    await link.withholds('message');
    expect(peer.readyState).toBe(peer.OPEN);
    expect(story.closings).toBe(0);
    connection.restore();
    await story.untilClosed();
    expect(await closed).toBe(1006);
    expect(story).toMatchObject({ events: [OPENED], closings: 1 });
  });

  test('leaves no socket when it ends before the wait for an answer to the hang-up is over', async () => {
    const { connection, story, closed } = await silenced();
    connection.hangUp();
    connection.restore();
    await story.untilClosed();
    expect(await closed).toBe(1006);
    expect(story).toMatchObject({ events: [OPENED], closings: 1 });
  });
});

describe('a stalled link', () => {
  test('passes nothing to the client until it ends, but passes what the client sends', async () => {
    const [stalled, witness] = (await pairs(2)) as [Pair, Pair];
    interpose(stalled.connection, { kind: 'stall' });
    stalled.peer.send('held back');
    stalled.connection.send('arrives');
    await stalled.receives(1);
    await hasCome(witness);
    expect(stalled.story).toMatchObject({ events: [OPENED], receipts: 0 });
    stalled.connection.restore();
    await stalled.story.until(2);
    expect(stalled.story.events).toEqual([OPENED, message('held back')]);
    expect(stalled.received).toEqual(['arrives']);
  });

  test('passes a hang-up to the peer', async () => {
    const { connection, story, closed } = await pair();
    interpose(connection, { kind: 'stall' });
    connection.hangUp();
    expect(await closed).toBe(1000);
    await story.untilClosed();
    expect(story).toMatchObject({ events: [OPENED], closings: 1 });
  });
});

describe('a slow link', () => {
  test('delays each message in either direction', async () => {
    const { connection, story, peer, receives } = await pair();
    interpose(connection, latency(200));
    const beganMs = performance.now();
    connection.send('there');
    await receives(1);
    // Node may ring a timer a millisecond early.
    expect(performance.now() - beganMs).toBeGreaterThan(198);
    peer.send('and back');
    await story.until(2);
    expect(performance.now() - beganMs).toBeGreaterThan(396);
  });

  test('keeps the order whatever the delays', async () => {
    const { connection, story, peer, received, receives } = await pair();
    const draws = [0.99, 0.1, 0.5, 0.01];
    interpose(
      connection,
      { kind: 'latency', delay: { kind: 'exponential', floorMs: 0, meanMs: 50 } },
      () => draws.shift() ?? 0,
    );
    for (const text of ['a', 'b', 'c', 'd']) connection.send(text);
    await receives(4);
    expect(received).toEqual(['a', 'b', 'c', 'd']);
    for (const text of ['e', 'f']) peer.send(text);
    await story.until(3);
    expect(story.events.slice(1)).toEqual([message('e'), message('f')]);
  });

  test('passes on what it holds, in order, when it ends', async () => {
    const [slow, witness] = (await pairs(2)) as [Pair, Pair];
    interpose(slow.connection, latency(HOUR_MS));
    slow.connection.send('a');
    slow.connection.send('b');
    slow.peer.send('c');
    slow.peer.send('d');
    await hasCome(witness);
    expect(slow.story.events).toEqual([OPENED]);
    slow.connection.restore();
    slow.connection.send('after');
    await slow.receives(3);
    await slow.story.until(3);
    expect(slow.received).toEqual(['a', 'b', 'after']);
    expect(slow.story.events).toEqual([OPENED, message('c'), message('d')]);
  });

  test("passes the peer's close frame after the messages before it", async () => {
    const { connection, story, peer } = await pair();
    interpose(connection, latency(50));
    peer.send('last words');
    peer.close(1012, 'deploy');
    await story.untilClosed();
    expect(story).toMatchObject({ events: [OPENED, message('last words'), ['ended', 1012, 'deploy']], closings: 1 });
  });

  test('keeps the end of the socket behind the close frame', async () => {
    const server = await rawServer((socket, key) => {
      socket.write(handshake(key));
      socket.once('data', () => {
        const close = serverFrame(FRAME.close, Buffer.from([0x03, 0xf4]));
        socket.end(Buffer.concat([serverFrame(FRAME.text, 'last words'), close]));
      });
    });
    const { connection, story } = connect(server.endpoint);
    await story.until(1);
    connection.send('go');
    interpose(connection, latency(50));
    await story.untilClosed();
    expect(story).toMatchObject({ events: [OPENED, message('last words'), ['ended', 1012, '']], closings: 1 });
  });

  test('passes what was sent before a hang-up to the peer, even when its delay exceeds the wait for an answer', async () => {
    const { connection, story, received, closed } = await pair();
    interpose(connection, latency(HOUR_MS));
    connection.send('last words');
    connection.hangUp();
    expect(await closed).toBe(1000);
    expect(received).toEqual(['last words']);
    await story.untilClosed();
    expect(story).toMatchObject({ events: [OPENED], closings: 1 });
  });
});

describe('a narrow link', () => {
  test('limits bytes per second in either direction', async () => {
    const { connection, story, peer, receives } = await pair();
    interpose(connection, { kind: 'bandwidth', bytesPerSecond: 10_000 });
    const beganMs = performance.now();
    for (let n = 0; n < 4; n++) connection.send('x'.repeat(500));
    await receives(4);
    expect(performance.now() - beganMs).toBeGreaterThan(198);
    const turnedMs = performance.now();
    for (let n = 0; n < 4; n++) peer.send('x'.repeat(500));
    await story.until(5);
    expect(performance.now() - turnedMs).toBeGreaterThan(198);
  });

  test('stops reading the peer at a bound, and loses nothing', async () => {
    const { connection, story, peer } = await pair();
    const link = makeImpairment({ kind: 'bandwidth', bytesPerSecond: 1 }, () => 0);
    connection.interpose(link);
    const texts = Array.from({ length: 200 }, (_, n) => `${n} ${'x'.repeat(100_000)}`);
    for (const text of texts) peer.send(text);
    // The rest waits at the peer: the kernels' buffers are smaller.
    await until(() => !link.reads);
    expect(peer.bufferedAmount).toBeGreaterThan(1_000_000);
    connection.restore();
    await story.until(1 + texts.length);
    expect(story.events).toEqual([OPENED, ...texts.map(message)]);
  });

  test('holds back a bounded amount of what the client sends, in whole messages', async () => {
    const { connection, received, receives } = await pair();
    interpose(connection, { kind: 'bandwidth', bytesPerSecond: 1 });
    const texts = Array.from({ length: 100 }, (_, n) => `${n} ${'x'.repeat(10_000)}`);
    for (const text of texts) connection.send(text);
    connection.restore();
    connection.send('after');
    while (received.at(-1) !== 'after') await receives(received.length + 1);
    expect(received).toEqual([...texts.slice(0, received.length - 1), 'after']);
    expect(received.length).toBeGreaterThan(10);
    expect(received.length).toBeLessThan(50);
  });
});

describe('a link that delivers twice', () => {
  test('delivers every message twice in either direction, and nothing else', async () => {
    const { connection, story, peer, received, receives } = await pair();
    interpose(connection, { kind: 'duplicate' });
    connection.send('a');
    connection.ping();
    connection.send('b');
    await receives(5);
    expect(received).toEqual(['a', 'a', 'ping', 'b', 'b']);
    let pongs = 0;
    peer.on('pong', () => (pongs += 1));
    peer.ping();
    peer.send('c');
    await story.until(3);
    expect(story.events).toEqual([OPENED, message('c'), message('c')]);
    connection.restore();
    connection.send('once');
    await receives(6);
    expect(received.slice(5)).toEqual(['once']);
    expect(pongs).toBe(1);
  });
});

describe('a link that reorders', () => {
  test('swaps every two messages in either direction, and nothing else', async () => {
    const { connection, story, peer, received, receives } = await pair();
    interpose(connection, { kind: 'reorder' });
    connection.send('a');
    connection.ping();
    for (const text of ['b', 'c', 'd']) connection.send(text);
    await receives(5);
    expect(received).toEqual(['ping', 'b', 'a', 'd', 'c']);
    for (const text of ['e', 'f', 'g', 'h']) peer.send(text);
    await story.until(5);
    expect(story.events).toEqual([OPENED, ...['f', 'e', 'h', 'g'].map(message)]);
  });

  test('passes a lone message on after a second', async () => {
    const { connection, receives } = await pair();
    interpose(connection, { kind: 'reorder' });
    const beganMs = performance.now();
    connection.send('alone');
    await receives(1);
    expect(performance.now() - beganMs).toBeGreaterThan(998);
  });

  test('passes a lone message on before the close frame, and when the fault ends', async () => {
    const { connection, story, peer, received, receives } = await pair();
    interpose(connection, { kind: 'reorder' });
    connection.send('alone');
    connection.restore();
    await receives(1);
    expect(received).toEqual(['alone']);
    interpose(connection, { kind: 'reorder' });
    peer.send('last words');
    peer.close(4000);
    await story.until(3);
    expect(story.events).toEqual([OPENED, message('last words'), ['ended', 4000, '']]);
  });
});
