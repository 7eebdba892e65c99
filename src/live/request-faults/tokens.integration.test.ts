import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import type { Plan } from '../../core/fault/plan.ts';
import { AT_ONCE } from '../../core/fault/planned.test.helper.ts';
import type { RefreshFault, RefreshMode } from '../../core/fault/refresh.ts';
import { faultWorld } from '../../core/fault/injector.ts';
import { injected } from '../../core/fault/occurrence.ts';
import { Draws } from '../../core/random/draws.ts';
import { NETWORK } from '../../core/signal.ts';
import { mono, wall } from '../../core/time/instant.ts';
import { shardRig, until } from '../../testing/shard-rig.ts';
import type { NextToken, TokenSource } from '../tokens/token-source.ts';
import { recordedTokens } from '../tokens/recorded-tokens.ts';
import { faultedTokens } from './faulted-tokens.ts';

const CLIENTS = 4;
const HOUR_MS = 3_600_000;
/** Clients renew their first token at once; the tokens of the endpoint outlast a test. */
const EAGER = ['tokens.lifetime=10s', 'tokens.refresh.lead=9900ms', 'tokens.refresh.retry={ base: 100ms, cap: 200ms }'];
const NUMBERS = [0, 1, 2, 3];

const fault = (mode: RefreshMode, plan: Partial<Plan> = {}): RefreshFault => ({
  ...AT_ONCE,
  forMs: HOUR_MS,
  ...plan,
  kind: 'refresh',
  mode,
});

const slow = (ms: number): RefreshMode => ({ kind: 'slow', delay: { kind: 'fixed', ms } });
const all = (n: number) => ({ planned: n, hit: n, missed: {} });
const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0);

describe("a refresh fault at the client's end", () => {
  test.each<[string, RefreshMode, string]>([
    ['refuses', { kind: 'refuse' }, 'refused'],
    ['resets', { kind: 'reset' }, 'reset'],
    ['answers with a status', { kind: 'status', status: 503, retryAfter: null }, 'http-503'],
    ['does not answer', { kind: 'hang' }, 'timeout'],
  ])('%s the requests of drawn clients, none of which reaches the endpoint', async (_, mode, reason) => {
    const rig = await shardRig([...EAGER, 'tokens.refresh.timeout=200ms'], true);
    rig.occurrence(fault(mode));
    await until(() => (rig.refreshFailures()[reason] ?? 0) >= 2 * CLIENTS);
    await rig.end();
    expect(Object.keys(rig.refreshFailures())).toEqual([reason]);
    expect(rig.tally()).toEqual(all(rig.total('refreshes')));
    expect(rig.foreign.refreshes).toEqual([]);
  });

  test('answers that sessions are over, which stops their clients', async () => {
    const rig = await shardRig(EAGER, true);
    rig.occurrence(fault({ kind: 'invalid-grant' }));
    await until(() => rig.total('stopped') === CLIENTS);
    expect(rig.refreshFailures()).toEqual({ 'invalid-grant': CLIENTS });
    expect(rig.tally()).toEqual(all(CLIENTS));
    expect(rig.foreign.refreshes).toEqual([]);
  });

  test('resets hanging requests when it ends, and lets later ones through', async () => {
    const rig = await shardRig([...EAGER, 'tokens.refresh.timeout=20s'], true);
    rig.occurrence(fault({ kind: 'hang' }, { forMs: 500 }));
    await until(() => rig.total('refreshed') === CLIENTS);
    expect(rig.refreshFailures()).toEqual({ reset: CLIENTS });
    expect(rig.tally()).toEqual(all(CLIENTS));
    expect(rig.foreign.refreshes.toSorted()).toEqual(NUMBERS.map((n) => `r${n}`));
  });

  test('delays the answers', async () => {
    const rig = await shardRig([...EAGER, 'tokens.refresh.timeout=20s'], true);
    rig.occurrence(fault(slow(1500)));
    await until(() => rig.foreign.refreshes.length === CLIENTS);
    expect(rig.total('refreshed')).toBe(0);
    await until(() => rig.total('refreshed') === CLIENTS);
    expect(rig.tally()).toEqual(all(CLIENTS));
  });

  test("delays answers beyond the clients' timeout", async () => {
    const rig = await shardRig([...EAGER, 'tokens.refresh.timeout=500ms'], true);
    rig.occurrence(fault(slow(HOUR_MS)));
    await until(() => rig.total('refreshFailedTimeout') >= 2 * CLIENTS);
    await rig.end();
    expect(Object.keys(rig.refreshFailures())).toEqual(['timeout']);
    expect(rig.tally().hit).toBeGreaterThanOrEqual(2 * CLIENTS);
  });

  test.each<[string, RefreshMode, string]>([
    ['loses', { kind: 'lost' }, 'reset'],
    ['garbles', { kind: 'malformed' }, 'malformed'],
  ])('%s the answers to requests that the endpoint has carried out', async (_, mode, reason) => {
    const rig = await shardRig(EAGER, true);
    rig.occurrence(fault(mode, { forMs: 1000 }));
    await until(() => rig.total('refreshed') === CLIENTS);
    await rig.end();
    const lost = sum(rig.refreshFailures());
    expect(rig.refreshFailures()).toEqual({ [reason]: lost });
    expect(rig.tally()).toEqual(all(lost));
    expect(rig.foreign.refreshes).toHaveLength(CLIENTS + lost);
    // None of them ever got the next token.
    expect(new Set(rig.foreign.refreshes)).toEqual(new Set(NUMBERS.map((n) => `r${n}`)));
  });
});

describe('a refresh fault where squall mints', () => {
  test('gives clients the token of another client, and the gateway sees that', async () => {
    const rig = await shardRig(['tokens.lifetime=60s', 'tokens.refresh.lead=59s']);
    // The fault hits the last client alone, which gets the first one's token.
    rig.occurrence({ ...fault({ kind: 'wrong-subject' }), cohort: { from: (CLIENTS - 1) / CLIENTS, to: 1 } });
    await until(() => rig.total('recovered') >= CLIENTS);
    const subjects = rig.foreign.accepted.map(({ token }) => decodeJwt(token).sub ?? '');
    expect(subjects.slice(0, CLIENTS).toSorted()).toEqual(NUMBERS.map((n) => `client-${n}`));
    const wrong = subjects.slice(CLIENTS, 2 * CLIENTS);
    expect(wrong.toSorted()).toEqual(NUMBERS.map((n) => `client-${n === CLIENTS - 1 ? 0 : n}`).toSorted());
    expect(rig.tally().hit).toBeGreaterThan(0);
  });

  test('gives clients expired tokens, and the gateway sees that', async () => {
    const beganMs = Date.now();
    const rig = await shardRig(['tokens.lifetime=10s', 'tokens.refresh.lead=9500ms']);
    rig.occurrence(fault({ kind: 'stale' }));
    await until(() => rig.foreign.accepted.length >= 2 * CLIENTS);
    await rig.end();
    expect(rig.tally().hit).toBeGreaterThanOrEqual(CLIENTS);
    const claims = rig.foreign.accepted.map(({ token }) => decodeJwt(token));
    expect(Math.min(...claims.slice(0, CLIENTS).map(({ exp = 0 }) => exp * 1000))).toBeGreaterThan(beganMs);
    // They expired a second before they were issued, so their ten seconds began before this test did.
    expect(Math.max(...claims.slice(CLIENTS, 2 * CLIENTS).map(({ iat = 0 }) => iat * 1000))).toBeLessThan(beganMs);
    expect(Math.max(...claims.slice(CLIENTS, 2 * CLIENTS).map(({ exp = 0 }) => exp * 1000))).toBeLessThan(Date.now());
  });
});

describe('a refresh fault misses', () => {
  test('a request that another fault has hit first', async () => {
    const rig = await shardRig(EAGER, true);
    rig.occurrence(fault({ kind: 'refuse' }));
    rig.occurrence(fault({ kind: 'lost' }));
    await until(() => rig.total('refreshFailedNetwork') >= CLIENTS);
    const { hit } = rig.tally(0);
    expect(rig.tally(1)).toEqual({ planned: hit, hit: 0, missed: { 'another-fault': hit } });
  });

  test.each<[string, RefreshMode]>([
    ['slow', slow(1)],
    ['lost', { kind: 'lost' }],
    ['malformed', { kind: 'malformed' }],
  ])('as `%s` a client that gives up before the endpoint answers', async (_, mode) => {
    const rig = await shardRig([...EAGER, 'tokens.refresh.timeout=200ms'], true);
    rig.foreign.answersRefreshes = false;
    rig.occurrence(fault(mode));
    await until(() => rig.total('refreshFailedTimeout') >= CLIENTS);
    await rig.end();
    const { planned, hit, missed } = rig.tally();
    expect(planned).toBe(rig.total('refreshes'));
    expect(hit).toBe(0);
    expect(missed['not-connected']).toBe(rig.total('refreshFailedTimeout'));
    expect(sum(missed)).toBe(planned);
  });

  test('as `stale` or `wrong-subject` where a foreign endpoint mints the tokens', async () => {
    const rig = await shardRig(EAGER, true);
    rig.occurrence(fault({ kind: 'stale' }));
    await until(() => rig.total('refreshed') === CLIENTS);
    expect(rig.tally()).toEqual({ planned: CLIENTS, hit: 0, missed: { failed: CLIENTS } });
  });
});

test('tokens that a fault keeps from their client are recorded', async () => {
  const answer: NextToken = {
    ok: true,
    access: 'a',
    refresh: 'r',
    validity: { issuedAt: wall(0), expiresAt: wall(1) },
  };
  const source: TokenSource = {
    mints: false,
    logsIn: false,
    delayed: 0,
    first: () => Promise.resolve(answer),
    next: () => Promise.resolve(answer),
    close: () => Promise.resolve(),
  };
  const population = {
    planned: 1,
    numberOf: () => 0,
    now: () => mono(0),
    clock: { wallAt: () => wall(0) },
  };
  const issued: unknown[] = [];
  const record = { note: (...token: unknown[]) => void issued.push(token) };
  const recorded = recordedTokens(source, record, { access: ['a'], refresh: ['earlier'] }, () => 7);
  const { refreshes } = faultWorld(new Draws(1), { count: 1, perUser: 1 });
  const tokens = faultedTokens(recorded, population, refreshes);
  const { signal } = new AbortController();
  expect(await recorded.first(0, signal)).toBe(answer);
  expect(issued.splice(0)).toEqual([[7, 'refresh', 'r']]);
  expect(await tokens.next(0, signal)).toBe(answer);
  // The client has that access token already.
  expect(issued.splice(0)).toEqual([[7, 'refresh', 'r']]);
  const lost = fault({ kind: 'lost' });
  refreshes.begin({ ...injected(lost, 0, 0, 0), fault: lost }, 0);
  expect(await tokens.next(0, signal)).toEqual({ ok: false, signal: NETWORK.reset });
  expect(issued).toEqual([[7, 'refresh', 'r']]);
});
