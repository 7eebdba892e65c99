import { decodeJwt } from 'jose';
import { describe, expect, it, vi } from 'vitest';
import type { RefreshMode } from '../core/fault/refresh.ts';
import { hit, startFaultRig } from './fault-rig.test.helper.ts';
import { REFRESH_TOKENS } from './rig.test.helper.ts';

const refresh = (mode: RefreshMode) => ({ kind: 'refresh', mode }) as const;
const status = (retryAfter: (RefreshMode & { kind: 'status' })['retryAfter']) =>
  refresh({ kind: 'status', status: 503, retryAfter });

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

/** A request's outcome as its client sees it. */
async function outcome(response: Promise<Response>): Promise<string> {
  try {
    const answer = await response;
    const body = await answer.text();
    return `${answer.status} ${body.includes('invalid_grant') ? 'invalid_grant' : ''}`.trim();
  } catch (error) {
    return error instanceof Error && error.cause instanceof Error && 'code' in error.cause
      ? String(error.cause.code)
      : 'failed';
  }
}

describe('a refresh that is turned away', () => {
  it.each([
    ['refuse', 'ECONNRESET'],
    ['reset', 'ECONNRESET'],
    ['invalid-grant', '400 invalid_grant'],
  ] as const)('by `%s` sees %s, and its session stays where it was', async (kind, seen) => {
    const rig = await startFaultRig({ reuseDetection: 'strict' });
    rig.begin(refresh({ kind }));
    expect(await Promise.all([1, 2, 3].map((client) => outcome(rig.ask(client))))).toEqual([seen, seen, seen]);
    expect(rig.tally()).toEqual(hit(3));
    rig.end();
    expect((await rig.ask(1)).status).toBe(200);
    expect(rig.target.counts()).toMatchObject({ refreshes: 1, reuseDetected: 0 });
  });

  it('has a Retry-After in seconds or as a date', async () => {
    const rig = await startFaultRig();
    rig.begin(status({ seconds: 7, as: 'seconds' }));
    expect((await rig.ask(1)).headers.get('retry-after')).toBe('7');
    rig.end();
    const before = Date.now();
    rig.begin(status({ seconds: 7, as: 'date' }));
    const date = (await rig.ask(1)).headers.get('retry-after') ?? '';
    expect(date).toMatch(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/);
    expect(Date.parse(date)).toBeGreaterThanOrEqual(before + 7000);
    expect(rig.tally()).toEqual(hit(2));
  });

  it('hangs until the target stops, and counts as hit', async () => {
    const rig = await startFaultRig();
    rig.begin(refresh({ kind: 'hang' }));
    const seen = outcome(rig.ask(1));
    await vi.waitFor(() => expect(rig.tally()).toEqual(hit(1)), 20_000);
    rig.target.stop();
    expect(await seen).not.toMatch(/^\d/);
  });
});

describe('a refresh that is carried out and spoiled', () => {
  it.each([
    ['strict', '400 invalid_grant', 1],
    ['grace', '200', 0],
    ['off', '200', 0],
  ] as const)(
    '`lost` is the rotation trap: with reuse detection %s the next try sees %s',
    async (reuseDetection, seen, ended) => {
      const rig = await startFaultRig({ reuseDetection });
      rig.begin(refresh({ kind: 'lost' }));
      expect(await outcome(rig.ask(1))).toMatch(/ECONNRESET|UND_ERR_SOCKET/);
      rig.end();
      expect(rig.tally()).toEqual(hit(1));
      expect(await outcome(rig.ask(1))).toBe(seen);
      expect(rig.target.counts().reuseDetected).toBe(ended);
    },
  );

  it('`malformed` answers 200 with a body that is no token response, in each of its forms', async () => {
    const rig = await startFaultRig({ count: 60 });
    rig.begin(refresh({ kind: 'malformed' }));
    const bodies = await Promise.all(
      Array.from({ length: 60 }, async (_, client) => {
        const response = await rig.ask(client);
        expect(response.status).toBe(200);
        return response.text();
      }),
    );
    const ways = bodies.map((body) => (body.startsWith('<') ? 'html' : body.endsWith('}') ? 'no token' : 'cut off'));
    expect(new Set(ways)).toEqual(new Set(['html', 'no token', 'cut off']));
    for (const body of bodies.filter((text) => text.endsWith('}')))
      expect(JSON.parse(body)).not.toHaveProperty('access_token');
    expect(rig.tally()).toEqual(hit(60));
  });

  it('`stale` gives a signed, expired token, which the gateway refuses as expired', async () => {
    const rig = await startFaultRig();
    rig.begin(refresh({ kind: 'stale' }));
    const { access_token, refresh_token } = (await (await rig.ask(1)).json()) as Tokens;
    expect(decodeJwt(access_token)).toMatchObject({ sub: 'client-1' });
    const peer = rig.dial({ headers: { authorization: `Bearer ${access_token}` } });
    expect(await peer.ended).toBe(401);
    expect(peer.response?.body).toContain('"flaw":"expired"');
    expect(REFRESH_TOKENS.open(refresh_token)).toMatchObject({ client: 1, generation: 1 });
    expect(rig.tally()).toEqual(hit(1));
  });

  it('`wrong-subject` gives a valid token of another client', async () => {
    const rig = await startFaultRig();
    rig.begin(refresh({ kind: 'wrong-subject' }));
    const tokens = (await (await rig.ask(9)).json()) as Tokens;
    expect(decodeJwt(tokens.access_token).sub).toBe('client-0');
    expect(REFRESH_TOKENS.open(tokens.refresh_token)?.client).toBe(9);
    await rig.dial({ headers: { authorization: `Bearer ${tokens.access_token}` } }).opened();
    expect(rig.tally()).toEqual(hit(1));
  });

  it('`slow` is carried out, and answered after its delay', async () => {
    const rig = await startFaultRig();
    rig.begin(refresh({ kind: 'slow', delay: { kind: 'fixed', ms: 300 } }));
    let answered = false;
    const response = rig.ask(1).finally(() => (answered = true));
    await vi.waitFor(() => expect(rig.tally()).toEqual(hit(1)), 20_000);
    expect(rig.target.counts().refreshes).toBe(1);
    expect(answered).toBe(false);
    expect((await response).status).toBe(200);
  });
});

it('a fault also spoils answers to clients whose session ended by its earlier losses', async () => {
  const rig = await startFaultRig({ reuseDetection: 'strict' });
  rig.begin(refresh({ kind: 'lost' }));
  for (let tries = 0; tries < 3; tries++) expect(await outcome(rig.ask(1))).toMatch(/ECONNRESET|UND_ERR_SOCKET/);
  expect(rig.tally()).toEqual(hit(3));
  expect(rig.target.counts()).toMatchObject({ refreshes: 1, reuseDetected: 1 });
});

describe('a refresh fault misses', () => {
  it('no one without requests, and then plans nothing', async () => {
    const rig = await startFaultRig();
    rig.begin(refresh({ kind: 'lost' }), { cohort: { from: 0.5, to: 1 } });
    expect((await rig.ask(1)).status).toBe(200);
    expect(rig.tally()).toEqual(hit(0));
  });

  it.each(['stale', 'wrong-subject'] as const)('with `%s` a client whose session is over', async (kind) => {
    const rig = await startFaultRig({ reuseDetection: 'strict' });
    await rig.ask(1);
    expect(await outcome(rig.ask(1))).toBe('400 invalid_grant');
    rig.begin(refresh({ kind }));
    expect(await outcome(rig.ask(1, 1))).toBe('400 invalid_grant');
    expect(rig.tally()).toEqual({ planned: 1, hit: 0, missed: { 'over-already': 1 } });
  });

  it('a request that finds the line full', async () => {
    const capacity = { handshakesPerSecond: null, queue: null, refreshesPerSecond: 1, refreshQueue: 0 };
    const rig = await startFaultRig({ capacity });
    rig.begin(refresh({ kind: 'lost' }));
    expect(
      (await Promise.all([1, 2].map((client) => outcome(rig.ask(client))))).filter((seen) => seen === '503'),
    ).toHaveLength(1);
    await vi.waitFor(() => expect(rig.tally()).toEqual({ planned: 2, hit: 1, missed: { refused: 1 } }), 20_000);
  });

  it('a client that leaves before its turn or still waits when the run ends', async () => {
    const capacity = { handshakesPerSecond: null, queue: null, refreshesPerSecond: 2, refreshQueue: null };
    const rig = await startFaultRig({ capacity });
    rig.begin(refresh({ kind: 'stale' }));
    const abort = new AbortController();
    const body = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: REFRESH_TOKENS.seal({ client: 1, session: 1, generation: 0 }),
    });
    const impatient = outcome(fetch(rig.target.tokenUrl, { method: 'POST', body, signal: abort.signal }));
    await vi.waitFor(() => expect(rig.tally()?.planned).toBe(1), 20_000);
    abort.abort();
    await impatient;
    await vi.waitFor(() => expect(rig.tally()).toEqual({ planned: 1, hit: 0, missed: { 'not-connected': 1 } }), 20_000);
    const late = outcome(rig.ask(2));
    await vi.waitFor(() => expect(rig.tally()?.planned).toBe(2), 20_000);
    expect(Object.values(rig.target.finish().faults)[0]?.missed).toEqual({ 'not-connected': 1, 'run-over': 1 });
    rig.target.stop();
    await late;
  });
});
