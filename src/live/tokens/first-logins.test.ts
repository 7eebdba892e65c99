import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { COUNTS, TIMINGS } from '../../core/metrics.ts';
import { Draws } from '../../core/random/draws.ts';
import { NETWORK } from '../../core/signal.ts';
import { wall } from '../../core/time/instant.ts';
import { PLAIN_BACKOFF } from '../../core/client/rig.test.helper.ts';
import type { AbortNotice } from '../abort.ts';
import type { Credentials } from './credentials.ts';
import { FirstLogins, type FirstLoginsParts } from './first-logins.ts';
import type { NextToken } from './token-source.ts';

const OK: NextToken = { ok: true, access: 'a', refresh: 'r', validity: { issuedAt: wall(0), expiresAt: wall(1) } };
const refused = (signal: number, retryAfter?: string): NextToken => ({
  ok: false,
  signal,
  ...(retryAfter === undefined ? {} : { retryAfter }),
});

/** Logins whose `answer` depends on client and try, with all that they did. */
function rig(
  answer: (client: number, nth: number, abort: AbortNotice) => NextToken | Promise<NextToken>,
  parts: Partial<FirstLoginsParts> = {},
) {
  const beganMs = performance.now();
  const asked: string[] = [];
  const recorded: string[] = [];
  const tries: number[] = [];
  const credentials: Credentials = { access: [], refresh: [] };
  const logins = new FirstLogins({
    source: {
      first: (client, abort) => {
        asked.push(`${client} @${Math.round(performance.now() - beganMs)}`);
        tries[client] = (tries[client] ?? 0) + 1;
        return Promise.resolve(answer(client, tries[client], abort));
      },
    },
    credentials,
    count: 3,
    perLogin: 1,
    perSecond: 10,
    phase: 0,
    timeoutMs: 1000,
    retry: PLAIN_BACKOFF,
    draws: new Draws(1),
    numberOf: (client) => client,
    recorder: {
      count: (count, n) => void (n > 0 && recorded.push(COUNTS[count]!)),
      timed: (timing, ms) => void recorded.push(`${TIMINGS[timing]} ${Math.round(ms)}`),
      failed: (timing, reason) => void recorded.push(`${TIMINGS[timing]} failed ${reason}`),
      unfinished: (timing) => void recorded.push(`${TIMINGS[timing]} unfinished`),
    },
    noteSighting: () => {},
    ...parts,
  });
  return { logins, asked, recorded, credentials };
}

/** A request without an answer, until it is aborted. */
function hang(abort: AbortNotice): Promise<NextToken> {
  return new Promise((resolve) => abort.addEventListener('abort', () => resolve(refused(NETWORK.other))));
}

/** Lets fake time pass until the logins have ended. */
async function ended(logins: FirstLogins): Promise<void> {
  const state = { over: false };
  void logins.run().then(() => (state.over = true));
  for (let steps = 0; !state.over && steps < 100_000; steps++) await vi.advanceTimersByTimeAsync(10);
  expect(state.over).toBe(true);
}

beforeEach(
  () => void vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout', 'setImmediate', 'Date'] }),
);
afterEach(() => void vi.useRealTimers());

describe('logins before a run', () => {
  it('keep their pace, in the gaps between the logins of other workers, and are counted and timed', async () => {
    const { logins, asked, recorded, credentials } = rig(() => OK, { phase: 0.5 });
    await ended(logins);
    expect(asked).toEqual(['0 @50', '1 @150', '2 @250']);
    expect(logins.tally).toEqual({ planned: 3, done: 3, failed: 0 });
    expect(credentials).toEqual({ access: ['a', 'a', 'a'], refresh: ['r', 'r', 'r'] });
    expect(recorded.slice(0, 2)).toEqual(['loginsBefore', 'login 0']);
    expect(recorded).toHaveLength(6);
  });

  it('are made once for the devices that share tokens, within the pace of logins', async () => {
    const { logins, asked, recorded, credentials } = rig(
      (client, nth) => (client === 2 && nth === 1 ? refused(500) : OK),
      { perLogin: 2 },
    );
    await ended(logins);
    expect(asked).toEqual(['0 @0', '2 @100', '2 @200']);
    expect(logins.tally).toEqual({ planned: 3, done: 3, failed: 0 });
    expect(credentials.access).toEqual(['a', 'a', 'a']);
    expect(logins.validity).toHaveLength(3);
    expect(recorded.filter((text) => text === 'loginsBefore')).toHaveLength(3);
    expect(recorded.filter((text) => /^login \d/.test(text))).toHaveLength(2);
  });

  it('are tried again by the policy of refreshes, within the pace', async () => {
    const { logins, asked } = rig((client, nth) => (client === 0 && nth < 3 ? refused(500) : OK));
    await ended(logins);
    // A retry is due 100 ms after each try.
    expect(asked).toEqual(['0 @0', '0 @100', '1 @200', '0 @300', '2 @400']);
  });

  it('pause all together where the endpoint asks for it', async () => {
    const { logins, asked, recorded } = rig((client, nth) => (client === 0 && nth === 1 ? refused(429, '2') : OK));
    await ended(logins);
    expect(asked).toEqual(['0 @0', '1 @2000', '2 @2100', '0 @2200']);
    expect(recorded.slice(0, 3)).toEqual(['loginsBefore', 'loginsBeforeFailed', 'login failed 429']);
  });

  it.each([
    ['tries', '0', 10],
    ['time, for an endpoint that asks for more', '100000', 1],
  ])('are bounded in %s', async (_, retryAfter, most) => {
    const { logins, asked } = rig((client) => (client === 0 ? refused(503, retryAfter) : OK));
    await ended(logins);
    expect(asked.filter((text) => text.startsWith('0 '))).toHaveLength(most);
    expect(logins.tally).toEqual({ planned: 3, done: 2, failed: 1 });
  });

  it.each([
    ['nothing listens', NETWORK.refused, 4],
    ['the address is wrong', 404, 4],
    ['the rate is limited', 429, 10],
    ['the service fails', 500, 10],
  ])('end sooner while nobody has logged in, where another try cannot help: %s', async (_, signal, tries) => {
    const nobody = rig(() => refused(signal), { count: 1 });
    await ended(nobody.logins);
    expect(nobody.asked).toHaveLength(tries);
    const some = rig((client) => (client === 0 ? OK : refused(signal)), { count: 2 });
    await ended(some.logins);
    expect(some.asked).toHaveLength(1 + 10);
  });

  it('end at once for a client whose credentials are refused', async () => {
    const { logins, asked } = rig((client) => (client === 1 ? refused(NETWORK.invalidGrant) : OK));
    await ended(logins);
    expect(asked).toHaveLength(3);
    expect(logins.validity[1]).toBeUndefined();
  });

  it('end when the first ten clients could not log in, since a provider may lock accounts', async () => {
    const { logins, asked } = rig(() => refused(NETWORK.invalidGrant), { count: 1000 });
    await ended(logins);
    expect(asked).toHaveLength(10);
    expect(logins.tally).toEqual({ planned: 1000, done: 0, failed: 1000 });
  });

  it('time out', async () => {
    const { logins, recorded } = rig((client, nth, abort) => (client === 0 && nth === 1 ? hang(abort) : OK));
    await ended(logins);
    expect(recorded).toContain(`login failed ${NETWORK.timeout}`);
    expect(logins.tally.done).toBe(3);
  });

  it('are stopped without waiting for answers', async () => {
    const { logins, asked, recorded } = rig((_client, _nth, abort) => hang(abort));
    const over = logins.run();
    await vi.advanceTimersByTimeAsync(150);
    logins.stop();
    await over;
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked).toHaveLength(2);
    expect(recorded.slice(2)).toEqual(['login unfinished', 'login unfinished']);
  });
});
