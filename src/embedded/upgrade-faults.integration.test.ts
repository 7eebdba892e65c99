import { describe, expect, it, vi } from 'vitest';
import type { HandshakeMode } from '../core/fault/handshake.ts';
import { hit, startFaultRig } from './fault-rig.test.helper.ts';
import { CLIENT_HEADER } from './protocol.ts';

const handshake = (mode: HandshakeMode) => ({ kind: 'handshake', mode }) as const;
const ACCEPT_THEN_CLOSE: HandshakeMode = { kind: 'accept-then-close', code: 4401, reason: 'out', afterMs: 0 };

describe('a handshake fault', () => {
  it('`refuse` resets the connection', async () => {
    const rig = await startFaultRig();
    rig.begin(handshake({ kind: 'refuse' }));
    expect(await (await rig.upgrade(1)).ended).toBe('ECONNRESET');
    expect(rig.tally()).toEqual(hit(1));
    expect(rig.target.counts()).toMatchObject({ handshakes: 0, refusedHandshakes: 0 });
  });

  it('`hang` never answers, and resets the requests when it ends', async () => {
    const rig = await startFaultRig();
    rig.begin(handshake({ kind: 'hang' }));
    const peers = await Promise.all([1, 2].map((client) => rig.upgrade(client)));
    await vi.waitFor(() => expect(rig.tally()).toEqual(hit(2)), 20_000);
    rig.end();
    expect(await Promise.all(peers.map(({ ended }) => ended))).toEqual(['ECONNRESET', 'ECONNRESET']);
    await (await rig.upgrade(1)).opened();
  });

  it.each([401, 403, 429, 503])('`status` answers the upgrade with %i and Retry-After', async (code) => {
    const rig = await startFaultRig();
    rig.begin(handshake({ kind: 'status', status: code, retryAfter: { seconds: 3, as: 'seconds' } }));
    const peer = await rig.upgrade(1);
    expect(await peer.ended).toBe(code);
    expect(peer.response?.headers['retry-after']).toBe('3');
    expect(rig.tally()).toEqual(hit(1));
    expect(rig.target.counts()).toMatchObject({ handshakes: 0, refusedHandshakes: 1 });
  });

  it('`slow` opens the connection after its delay', async () => {
    const rig = await startFaultRig();
    rig.begin(handshake({ kind: 'slow', delay: { kind: 'fixed', ms: 300 } }));
    const peer = await rig.upgrade(1);
    await vi.waitFor(() => expect(rig.tally()).toEqual(hit(1)), 20_000);
    expect(rig.target.counts().handshakes).toBe(0);
    await peer.opened();
    expect(rig.target.counts().handshakes).toBe(1);
  });

  it('`accept-then-close` accepts, and closes with its code and reason', async () => {
    const rig = await startFaultRig({ closes: 'bare' });
    rig.begin(handshake({ ...ACCEPT_THEN_CLOSE, afterMs: 50 }));
    const peers = await Promise.all([1, 2, 3].map((client) => rig.upgrade(client)));
    expect(await Promise.all(peers.map(({ ended }) => ended))).toEqual([4401, 4401, 4401]);
    expect(peers.map(({ reason }) => reason)).toEqual(['out', 'out', 'out']);
    expect(rig.tally()).toEqual(hit(3));
    expect(rig.target.counts().handshakes).toBe(3);
  });

  it('knows the client of a request even where the token travels as a message', async () => {
    const rig = await startFaultRig({ carrier: { kind: 'message' } });
    rig.begin(handshake(ACCEPT_THEN_CLOSE), { cohort: { from: 0, to: 0.2 } });
    const [hitOne, other] = [1, 2].map((client) => rig.dial({ headers: { [CLIENT_HEADER]: String(client) } }));
    expect(await hitOne?.ended).toBe(4401);
    await other?.opened();
    expect(rig.tally()).toEqual(hit(1));
  });
});

describe('a handshake fault misses', () => {
  it('strangers, other cohorts, and numbers that no client has', async () => {
    const rig = await startFaultRig();
    rig.begin(handshake({ kind: 'refuse' }), { cohort: { from: 0.5, to: 1 } });
    await rig.connect(7);
    await (await rig.upgrade(1)).opened();
    const authorization = `Bearer ${await rig.token(7)}`;
    for (const number of ['99', '-1', '7.5', 'x']) {
      await rig.dial({ headers: { authorization, [CLIENT_HEADER]: number } }).opened();
    }
    expect(rig.tally()).toEqual(hit(0));
  });

  it('a client that is refused for another reason', async () => {
    const rig = await startFaultRig();
    rig.begin(handshake(ACCEPT_THEN_CLOSE));
    const headers = { authorization: `Bearer ${await rig.token(1, -1000)}`, [CLIENT_HEADER]: '1' };
    expect(await rig.dial({ headers }).ended).toBe(401);
    expect(rig.tally()).toEqual({ planned: 1, hit: 0, missed: { refused: 1 } });
  });

  it('a client that leaves before its connection is closed', async () => {
    const rig = await startFaultRig();
    rig.begin(handshake({ ...ACCEPT_THEN_CLOSE, afterMs: 60_000 }));
    const peer = await rig.upgrade(1);
    await peer.opened();
    peer.socket.terminate();
    await vi.waitFor(() => expect(rig.tally()).toEqual({ planned: 1, hit: 0, missed: { 'not-connected': 1 } }), 20_000);
  });

  it('a client whose connection is still to be closed when the run ends', async () => {
    const rig = await startFaultRig();
    rig.begin(handshake({ ...ACCEPT_THEN_CLOSE, afterMs: 60_000 }));
    await (await rig.upgrade(1)).opened();
    expect(Object.values(rig.target.finish().faults)).toEqual([{ planned: 1, hit: 0, missed: { 'run-over': 1 } }]);
  });
});
