import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { listen } from '../embedded/listen.ts';
import { Machines, times } from '../testing/many-machines.ts';
import { REDIS_AUTHORITY, REDIS_SERVER } from '../testing/redis-server.ts';
import { startRedis } from '../testing/start-redis.ts';

const KEY = Buffer.from('a key of thirty-two known bytes!').toString('base64');
const USER = {
  name: 'squall-user',
  password: 'redis-pass-word',
  rules: 'resetchannels ~squall:* &squall:* +@all -@dangerous +info',
};

describe.skipIf(REDIS_SERVER === null)('a Redis with TLS, whose user has rights to keys of squall alone', () => {
  it('carries a whole run, and no key, token or user in clear', async () => {
    const redis = await startRedis({ tls: true, user: USER, keepsData: true });
    const server = createServer();
    const sockets = new WebSocketServer({ server });
    const tokens: string[] = [];
    sockets.on('connection', (_, { headers }) => tokens.push(String(headers.authorization)));
    const port = await listen(server, '127.0.0.1', 0);
    onTestFinished(() => {
      for (const socket of sockets.clients) socket.terminate();
      server.close();
    });
    const url = redis.url.replace('//', `//${USER.name}@`);
    const machines = new Machines(url, KEY, {
      SQUALL_REDIS_PASSWORD: USER.password,
      SQUALL_REDIS_CA: REDIS_AUTHORITY,
    });
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = await exportJWK(privateKey);
    writeFileSync(join(machines.folder, 'key.jwk.json'), JSON.stringify(jwk));
    writeFileSync(join(machines.folder, 'users.csv'), 'email\nfirst.known@example.com\nsecond.known@example.com\n');
    const worker = await machines.worker('a');
    const run = machines.coordinator(`
name: guarded
duration: 3s
target: { url: "ws://127.0.0.1:${port}/", protocol: none }
tokens: { keyFile: ./key.jwk.json, source: { mint: { claims: { mail: "{user.email}" } } } }
users: { file: users.csv }
clients: { count: 2, arrive: { over: 500ms } }
`);
    expect([0, 3]).toContain(await run.ended);
    expect([times(': done', worker), new Set(tokens).size]).toEqual([1, 2]);
    const written = redis.written();
    for (const word of ['squall:worker:', ':holder:0', 'pexpire']) expect(written.toLowerCase()).toContain(word);
    const secrets = [
      KEY,
      USER.password,
      jwk.d ?? '',
      'known@example.com',
      'guarded',
      ...tokens.map((text) => text.slice('Bearer '.length)),
    ];
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(6);
      expect(written.includes(secret)).toBe(false);
    }
    for (const { said } of [worker, run])
      expect([KEY, USER.password].some((secret) => said().includes(secret))).toBe(false);
  });
});
