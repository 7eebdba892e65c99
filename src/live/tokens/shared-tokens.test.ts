import { expect, test } from 'vitest';
import { NETWORK } from '../../core/signal.ts';
import { wall } from '../../core/time/instant.ts';
import type { Credentials } from './credentials.ts';
import { sharedTokens } from './shared-tokens.ts';
import { failed } from './token-requests.ts';
import type { NextToken, TokenSource } from './token-source.ts';

function rig() {
  const credentials: Credentials = { access: [], refresh: [] };
  const asked: { client: number; abort: AbortSignal; answer: (token: NextToken) => void }[] = [];
  const ask = (client: number, abort: AbortSignal): Promise<NextToken> =>
    new Promise((answer) => asked.push({ client, abort, answer }));
  const endpoint: TokenSource = {
    mints: false,
    logsIn: true,
    delayed: 0,
    first: ask,
    next: ask,
    close: async () => {},
  };
  const source = sharedTokens(endpoint, credentials, (client) => Math.floor(client / 2));
  return { credentials, asked, source };
}

function token(access: string): NextToken {
  return { ok: true, access, refresh: `r-${access}`, validity: { issuedAt: wall(0), expiresAt: wall(1) } };
}

const never = (): AbortSignal => new AbortController().signal;

test('devices of a user share one request and its tokens; other users ask for themselves', async () => {
  const { asked, source } = rig();
  const answers = [0, 1, 2].map((client) => source.next(client, never()));
  expect(asked.map(({ client }) => client)).toEqual([0, 2]);
  asked[0]!.answer(token('a'));
  asked[1]!.answer(failed(503));
  expect(await Promise.all(answers)).toEqual([token('a'), token('a'), failed(503)]);
});

test('a device that has older tokens than another gets those, and a device with the newest ones asks', async () => {
  const { asked, source, credentials } = rig();
  credentials.access[0] = 'old';
  credentials.access[1] = 'old';
  const first = source.next(0, never());
  asked[0]!.answer(token('new'));
  await first;
  credentials.access[0] = 'new';
  expect(await source.next(1, never())).toEqual(token('new'));
  expect(asked).toHaveLength(1);
  void source.next(0, never());
  expect(asked).toHaveLength(2);
});

test('a device gets the last refresh token that the endpoint rotated, also with an answer that has none', async () => {
  const { asked, source, credentials } = rig();
  credentials.access.push('old', 'old');
  for (const [n, answer] of [token('a'), { ...token('b'), refresh: null }].entries()) {
    const next = source.next(0, never());
    asked[n]!.answer(answer);
    await next;
    credentials.access[0] = n === 0 ? 'a' : 'b';
  }
  expect(await source.next(1, never())).toEqual({ ...token('b'), refresh: 'r-a' });
});

test('a device that gives up leaves the request to the others; the last one ends it, and the next begins another', async () => {
  const { asked, source } = rig();
  const [one, two] = [new AbortController(), new AbortController()];
  const answers = [source.next(0, one.signal), source.next(1, two.signal)];
  one.abort();
  expect(await answers[0]).toEqual(failed(NETWORK.other));
  expect(asked[0]!.abort.aborted).toBe(false);
  two.abort();
  expect(await answers[1]).toEqual(failed(NETWORK.other));
  expect(asked[0]!.abort.aborted).toBe(true);
  const third = source.next(0, never());
  expect(asked).toHaveLength(2);
  asked[0]!.answer(token('late'));
  asked[1]!.answer(token('b'));
  expect(await third).toEqual(token('b'));
});

test('a request that has failed is not shared with a device that asks later', async () => {
  const { asked, source } = rig();
  const first = source.first(0, never());
  asked[0]!.answer(failed(503));
  await first;
  void source.first(1, never());
  expect(asked).toHaveLength(2);
  expect(await source.first(1, AbortSignal.abort())).toEqual(failed(NETWORK.other));
});

test('a request is shared while another device asks, or has newer tokens', async () => {
  const { asked, source, credentials } = rig();
  expect([0, 1].map(source.isShared)).toEqual([false, false]);
  const first = source.next(0, never());
  expect([0, 1, 2].map(source.isShared)).toEqual([true, true, false]);
  asked[0]!.answer(token('new'));
  await first;
  credentials.access[0] = 'new';
  expect([0, 1].map(source.isShared)).toEqual([false, true]);
});
