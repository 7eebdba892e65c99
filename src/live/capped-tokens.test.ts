import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { NETWORK } from '../core/signal.ts';
import { CappedTokens } from './capped-tokens.ts';
import type { NextToken, TokenSource } from './token-source.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A token endpoint at ten requests a second, and when it was asked by whom; it issues nothing. */
function capped(): { tokens: CappedTokens; asked: (readonly [client: number, atMs: number])[] } {
  const start = performance.now();
  const asked: (readonly [number, number])[] = [];
  const refused: NextToken = { ok: false, signal: NETWORK.invalidGrant };
  const endpoint: TokenSource = {
    mints: false,
    delayed: 0,
    next: async (client, abort) => {
      if (!abort.aborted) asked.push([client, performance.now() - start]);
      return refused;
    },
    close: async () => {},
  };
  return { tokens: new CappedTokens(endpoint, 10, () => performance.now()), asked };
}

function never(): AbortSignal {
  return new AbortController().signal;
}

describe('token requests towards a host that is not ours', () => {
  test('are sent one after the other at the stated rate, and those that waited are counted', async () => {
    const { tokens, asked } = capped();
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
    const { tokens, asked } = capped();
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

  test('end when the source is closed', async () => {
    const { tokens, asked } = capped();
    void tokens.next(1, never());
    void tokens.next(2, never());
    await tokens.close();
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked).toEqual([[1, 0]]);
  });
});
