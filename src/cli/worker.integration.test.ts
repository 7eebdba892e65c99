import { createServer } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { commandLine } from '../testing/command-line.ts';
import { REDIS_SERVER } from '../testing/redis-server.ts';
import { startRedis } from '../testing/start-redis.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');

/** A port of this machine on which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Exit code of a worker that cannot begin, with what it says. */
async function worker(url: string, key: string | undefined, ...flags: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await commandLine(['worker', url, ...flags], { SQUALL_KEY: key });
  return `${code} ${stdout}${stderr}`;
}

it('names what a worker lacks, and the line that mends it', async () => {
  const url = `redis://127.0.0.1:${await closedPort()}`;
  expect(await worker(url, undefined)).toMatch(/^4 squall: SQUALL_KEY is not set: .*openssl rand -base64 32/);
  const short = await worker(url, 'secret');
  expect(short).toMatch(/^4 squall: SQUALL_KEY has 6 characters that are not 32 bytes/);
  expect(short).not.toContain('secret');
  expect(await worker(url, KEY)).toMatch(
    /^4 squall: redis:\/\/127\.0\.0\.1:\d+\/0: nothing listens there: start Redis/,
  );
  const malformed = await worker('http://user:secret@127.0.0.1', KEY);
  expect(malformed).toMatch(
    /^2 squall: REDIS http:\/\/…@127\.0\.0\.1: it does not begin with redis:.*; write it as redis:/,
  );
  expect(malformed).not.toContain('secret');
  expect(await worker(url, KEY, '--slots', '0')).toMatch(/^2 squall: --slots 0: a whole number from 1 to 1000/);
  expect(await worker(url, KEY, '--wait', '5m')).toMatch(/^2 squall: --wait is for --once/);
  expect(await worker(url, KEY, '--name', ' ')).toMatch(/^2 squall: --name: a name of 1 to 100 characters/);
});

describe.skipIf(REDIS_SERVER === null)('a Redis that refuses commands', () => {
  const RULES = 'resetchannels ~squall:* &squall:* +@all -@dangerous +info';

  it.each([
    ['the time', `${RULES} -time`],
    ['keys', RULES.replace('~squall', '~other')],
  ])('of %s is named with the rules that its user needs, to a worker, a run and doctor', async (_, rules) => {
    const redis = await startRedis({ user: { name: 'u', password: 'p', rules } });
    const url = redis.url.replace('//', '//u:p@');
    for (const args of [
      ['worker', url],
      ['doctor', '--on', url],
      ['run', 'deploy-drop', '--on', url],
    ]) {
      const { code, stderr } = await commandLine(args, { SQUALL_KEY: KEY });
      expect([code, stderr]).toEqual([4, expect.stringContaining('no permissions to') as string]);
      expect(stderr).toContain(`give the user these rules: ACL SETUSER NAME ${RULES}`);
    }
  });
});

describe.skipIf(REDIS_SERVER === null)('squall worker --once --wait', () => {
  it('ends with 4 and the fix where no run comes in time', async () => {
    const { url } = await startRedis();
    const ended = await worker(url, KEY, '--once', '--wait', '1s');
    expect(ended).toMatch(
      /^4 .* is ready for .*\n.*no run came to redis:.* within 1 s: see whether its coordinator was refused/s,
    );
  });
});
