import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { NETWORK } from '../../core/signal.ts';
import { wall } from '../../core/time/instant.ts';
import { parseScenario } from '../../threshold/load-scenario.ts';
import { Abort } from '../abort.ts';
import { cappedTokens } from './capped-tokens.ts';
import type { Minter } from './credentials.ts';
import { CookieJars } from '../http/cookie-jars.ts';
import { plainEndpoint } from './token-endpoint.ts';
import { tokenSource, type NextToken, type TokenSource } from './token-source.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A token endpoint at ten requests a second, and when it was asked by whom; it issues nothing. */
function slowly(): { tokens: TokenSource; asked: (readonly [client: number, atMs: number])[] } {
  const start = performance.now();
  const asked: (readonly [number, number])[] = [];
  const refused: NextToken = { ok: false, signal: NETWORK.invalidGrant };
  const endpoint: TokenSource = {
    mints: false,
    logsIn: true,
    delayed: 0,
    first: async () => refused,
    next: async (client) => {
      asked.push([client, performance.now() - start]);
      return refused;
    },
    close: async () => {},
  };
  return { tokens: cappedTokens(endpoint, 10, () => performance.now()), asked };
}

function numberOf(client: number): number {
  return client;
}

function never(): Abort {
  return new Abort();
}

describe('token requests towards a host that is not ours', () => {
  test('are sent one after the other at the stated rate, and those that waited are counted', async () => {
    const { tokens, asked } = slowly();
    const all = Promise.all([3, 1, 2].map((client) => tokens.next(client, never())));
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked).toEqual([
      [3, 0],
      [1, 100],
      [2, 200],
    ]);
    expect(tokens.delayed).toBe(2);
    expect(await all).toHaveLength(3);
  });

  test('that are abandoned in line resolve at once and are never sent, and the client may ask again', async () => {
    const { tokens, asked } = slowly();
    const abort = new AbortController();
    const waiting = [tokens.next(1, never()), tokens.next(2, abort.signal)];
    abort.abort();
    expect((await waiting[1])?.ok).toBe(false);
    void tokens.next(2, never());
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked).toEqual([
      [1, 0],
      [2, 100],
    ]);
  });

  test('that nobody waits for before they are made are not sent, nor do they take a turn', async () => {
    const { tokens, asked } = slowly();
    expect((await tokens.next(1, AbortSignal.abort())).ok).toBe(false);
    void tokens.next(2, never());
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toEqual([[2, 0]]);
  });

  test('end when the source is closed', async () => {
    const { tokens, asked } = slowly();
    void tokens.next(1, never());
    const waiting = tokens.next(2, never());
    await vi.advanceTimersByTimeAsync(0);
    await tokens.close();
    expect((await waiting).ok).toBe(false);
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked).toEqual([[1, 0]]);
  });
});

test('a cohort that gives up in line opens no connection', async () => {
  vi.useRealTimers();
  let connections = 0;
  const server = createServer((_, response) => response.end('{}')).on('connection', () => (connections += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { tokens: plan } = parseScenario('duration: 20s\nclients: { count: 1 }', 'capped.yaml');
  const endpoint = plainEndpoint(`http://127.0.0.1:${port}/`, '127.0.0.1');
  const direct = tokenSource({
    plan,
    access: { privateJwk: {}, endpoint, refreshSecret: null },
    minter: {} as Minter,
    credentials: { access: [], refresh: [] },
    jars: new CookieJars(false),
    numberOf,
    holesOf: (client) => ({ client }),
    firstValidityOf: () => ({ issuedAt: wall(0), expiresAt: wall(1) }),
    anotherThan: (number) => number,
    wallNow: () => wall(Date.now()),
  });
  const source = cappedTokens(direct, 1, () => performance.now());
  const abort = new Abort();
  const all = Array.from({ length: 50 }, (_, client) => source.next(client, abort));
  await all[0];
  abort.abort();
  await Promise.all(all);
  await source.close();
  server.close();
  await once(server, 'close');
  expect(connections).toBe(1);
});
