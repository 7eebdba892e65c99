import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, test, vi } from 'vitest';
import { NETWORK } from '../../core/signal.ts';
import { wall } from '../../core/time/instant.ts';
import { readUsers } from '../../identity/read-users.ts';
import { UsersOut } from '../../identity/users-out.ts';
import type { RunEvent } from '../../metrics/run.ts';
import { EventLog } from '../run/event-log.ts';
import { KeptTokens } from './kept-tokens.ts';
import { KeptUsers } from '../run/kept-users.ts';
import type { NextToken, TokenSource } from './token-source.ts';

function token(access: string, refresh: string | null): NextToken {
  return { ok: true, access, refresh, validity: { issuedAt: wall(0), expiresAt: wall(1) } };
}

/** A source whose answers the test gives, and what has become of its requests. */
function slowly() {
  const answers: ((answer: NextToken) => void)[] = [];
  const aborted: boolean[] = [];
  let isClosed = false;
  const ask = (_: number, abort: AbortSignal): Promise<NextToken> => {
    const n = aborted.push(false) - 1;
    abort.addEventListener('abort', () => (aborted[n] = true));
    return new Promise((resolve) => answers.push(resolve));
  };
  const source: TokenSource = {
    mints: false,
    logsIn: false,
    delayed: 0,
    first: ask,
    next: ask,
    close: async () => void (isClosed = true),
  };
  return { kept: new KeptTokens(source, (client) => 10 + client), answers, aborted, isClosed: () => isClosed };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('kept tokens', () => {
  it('are the newest of each client, first ones too, and are taken once', async () => {
    const { kept, answers } = slowly();
    const { signal } = new AbortController();
    const all = [kept.first(0, signal), kept.next(1, signal), kept.next(0, signal), kept.next(2, signal)];
    const given = [token('a0', 'r0'), token('a1', null), token('a0+', null), { ok: false, signal: 503 } as const];
    for (const [n, answer] of given.entries()) answers[n]?.(answer);
    expect(await Promise.all(all)).toEqual(given);
    expect(kept.take()).toEqual([
      { client: 10, access: 'a0+', refresh: 'r0' },
      { client: 11, access: 'a1', refresh: null },
    ]);
    expect(kept.take()).toEqual([]);
  });

  it('do not outlive a client that gives up, until the run ends: then their answers are awaited', async () => {
    const { kept, answers, aborted, isClosed } = slowly();
    const [early, late] = [new AbortController(), new AbortController()];
    void kept.next(0, early.signal);
    early.abort();
    answers[0]?.({ ok: false, signal: NETWORK.other });
    const asked = kept.next(1, late.signal);
    kept.end();
    late.abort();
    expect(aborted).toEqual([true, false]);
    const closed = kept.close();
    await vi.advanceTimersByTimeAsync(2999);
    expect(isClosed()).toBe(false);
    answers[1]?.(token('a', 'r'));
    await asked;
    await closed;
    expect(isClosed()).toBe(true);
    expect(kept.take()).toEqual([{ client: 11, access: 'a', refresh: 'r' }]);
  });

  it('are not awaited for longer than a moment', async () => {
    const { kept, isClosed } = slowly();
    void kept.next(0, new AbortController().signal);
    const closed = kept.close();
    await vi.advanceTimersByTimeAsync(3000);
    await closed;
    expect(isClosed()).toBe(true);
  });
});

test('a file that cannot be written is a warning, once, and is tried again', () => {
  const folder = mkdtempSync(join(tmpdir(), 'squall-kept-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const read = join(folder, 'users.csv');
  writeFileSync(read, 'refresh\nr0\n');
  const file = join(folder, 'full', 'users.csv');
  const columns = { access: null, refresh: 'refresh' };
  const out = new UsersOut({ file, table: readUsers(read), columns, indexOf: () => 0 });
  const events: RunEvent[] = [];
  const log = new EventLog({
    onEvent: (event) => void events.push(event),
    onProgress: () => {},
    onInterval: () => {},
  });
  const kept = new KeptUsers(out, log);
  kept.note([{ client: 0, access: 'a', refresh: 'secret-r1' }]);
  kept.end();
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({ kind: 'warning' });
  expect(events[0]?.message).toContain(`rotated tokens could not be written to ${file} (ENOENT`);
  expect(events[0]?.message).not.toContain('secret');
  mkdirSync(join(folder, 'full'));
  kept.end();
  expect(readFileSync(file, 'utf8')).toBe('refresh\nsecret-r1\n');
});
