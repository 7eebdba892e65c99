import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openChannel } from './channel.ts';
import { listWorkers } from './presence.ts';
import { readRedisClock } from './redis-clock.ts';
import { RedisLink } from './redis-link.ts';
import { Sealer } from './seal.ts';
import { StreamReader } from './stream-reader.ts';

const INFO = 'redis_version:7.0.0\r\nloading:0\r\n';
const GREETING = `$${INFO.length}\r\n${INFO}\r\n`;

/** A server that answers like Redis until `answer` is set, and then with that. */
class HostileRedis {
  answer: ((socket: Socket) => void) | null = null;
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((socket) => {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (bytes: Buffer) => {
      if (this.answer !== null) return this.answer(socket);
      const commands = bytes.toString('latin1').match(/^\*\d+\r\n\$\d+\r\n(\w+)/gim) ?? [];
      for (const command of commands) socket.write(/info/i.test(command) ? GREETING : '+OK\r\n');
    });
  });

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `redis://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

async function hostile(): Promise<{ redis: HostileRedis; url: string }> {
  const redis = new HostileRedis();
  const url = await redis.listen();
  onTestFinished(() => redis.close());
  return { redis, url };
}

const RUBBISH: readonly [string, string][] = [
  ['an array longer than any array', '*99999999999\r\n'],
  ['a text longer than any memory', '$9999999999\r\n'],
  ['arrays in arrays without end', '*1\r\n'.repeat(100_000)],
  ['null before it was asked', '$-1\r\n'.repeat(50)],
  ['more answers than questions', '+OK\r\n'.repeat(50)],
  ['another protocol', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
  ['bytes', '\u0000\u00ff\u0001'.repeat(1000)],
  ['errors', '-MOVED 1 127.0.0.1:1\r\n-ERR \u001b[31m\r\n'],
  ['nothing but the end', ''],
];

describe('a hostile Redis', () => {
  it.each(RUBBISH)('that answers %s ends neither process nor link', async (_, text) => {
    const { redis, url } = await hostile();
    const link = await RedisLink.open(url, undefined, {});
    onTestFinished(() => link.close());
    const reader = new StreamReader(link);
    onTestFinished(() => reader.close());
    const parts = { link, reader, sealer: new Sealer(Buffer.alloc(32)), out: 'o', in: 'i', about: '', ttlMs: 1000 };
    const channel = openChannel(parts);
    onTestFinished(() => channel.close());
    channel.receive(() => expect.unreachable('nothing was sent'));
    redis.answer = (socket) => (text === '' ? socket.end() : void socket.write(text, 'latin1'));
    for (let n = 0; n < 3; n++) {
      await Promise.allSettled([
        readRedisClock(link.redis),
        listWorkers(link.redis, null),
        link.append('o', Buffer.from('x'), 1),
      ]);
    }
    redis.answer = null;
    // The link comes back when Redis behaves.
    await vi.waitFor(async () => expect([await link.redis.ping()]).toEqual(['OK']), 20_000);
  });

  it('that sends without end fills no memory', async () => {
    const { redis, url } = await hostile();
    const link = await RedisLink.open(url, undefined, {});
    onTestFinished(() => link.close());
    const block = Buffer.alloc(1 << 20, 'a');
    let sent = 0;
    redis.answer = (socket) => {
      // A line that never ends.
      socket.write('+');
      const more = (): void => {
        while (!socket.destroyed && socket.writable && sent < 1 << 28) {
          sent += block.length;
          if (!socket.write(block)) return void socket.once('drain', more);
        }
      };
      more();
    };
    await expect(link.redis.ping()).rejects.toThrow(/clos|retries/i);
    expect(sent).toBeLessThan(1 << 26);
  });

  it('is refused by what it says when the link is opened, in one clean line', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 100 }), async (text) => {
        const redis = new HostileRedis();
        const url = await redis.listen();
        redis.answer = (socket) => void socket.end(`-ERR ${text}\r\n`);
        try {
          const error: unknown = await RedisLink.open(url, undefined, {}).catch((reason: unknown) => reason);
          expect(error).toMatchObject({
            name: 'RunRefused',
            message: expect.stringMatching(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Co}]{1,400}$/u) as string,
          });
        } finally {
          redis.close();
        }
      }),
      { numRuns: 10 },
    );
  });

  it('of an old version is refused', async () => {
    const { redis, url } = await hostile();
    redis.answer = (socket) => void socket.write('$27\r\nredis_version:6.0.16\r\nx:1\r\n\r\n');
    await expect(RedisLink.open(url, undefined, {})).rejects.toThrow('Redis 6.0.16 is too old');
  });
});
