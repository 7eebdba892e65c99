import { describe, expect, it, vi } from 'vitest';
import { REFRESH_TOKENS, startRig } from './rig.test.helper.ts';

const UNLIMITED = { handshakesPerSecond: null, queue: null, refreshesPerSecond: null, refreshQueue: null };

describe('a gateway of limited capacity', () => {
  it('opens connections in the order of their requests', async () => {
    const rig = await startRig({ capacity: { ...UNLIMITED, handshakesPerSecond: 50 } });
    const opened: number[] = [];
    const headers = { authorization: `Bearer ${await rig.token(1)}` };
    const peers = [];
    for (let n = 0; n < 8; n++) {
      const peer = rig.dial({ headers });
      peer.socket.once('open', () => opened.push(n));
      peers.push(peer.opened());
    }
    await Promise.all(peers);
    expect(opened).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('answers 503 with Retry-After when the line is full', async () => {
    const rig = await startRig({ capacity: { ...UNLIMITED, handshakesPerSecond: 2, queue: 2 } });
    const headers = { authorization: `Bearer ${await rig.token(1)}` };
    const peers = Array.from({ length: 6 }, () => rig.dial({ headers }));
    await vi.waitFor(() => expect(rig.target.counts().refusedHandshakes).toBe(3), 20_000);
    expect(rig.target.counts().handshakeQueue).toBeLessThanOrEqual(2);
    const served = peers.map((peer) => Promise.race([peer.opened().then(() => 101), peer.ended]));
    const statuses = await Promise.all(served.map((outcome) => outcome.catch(() => 503)));
    expect(statuses.toSorted((a, b) => Number(a) - Number(b))).toEqual([101, 101, 101, 503, 503, 503]);
    const refused = peers.filter(({ response }) => response !== undefined);
    expect(refused.map(({ response }) => Number(response?.headers['retry-after']))).toEqual([2, 2, 2]);
  });

  it('serves handshakes of clients that have left, and counts them as wasted', async () => {
    const rig = await startRig({ capacity: { ...UNLIMITED, handshakesPerSecond: 4 } });
    const headers = { authorization: `Bearer ${await rig.token(1)}` };
    const peers = Array.from({ length: 2 }, () => rig.dial({ headers }));
    await vi.waitFor(() => expect(rig.target.counts().handshakeQueue).toBe(1), 20_000);
    for (const peer of peers) peer.socket.terminate();
    await rig.dial({ headers }).opened();
    expect(rig.target.counts()).toMatchObject({ handshakes: 3, wasted: 2, open: 1 });
  });
});

describe('a token service of limited capacity', () => {
  it('answers 503 with Retry-After when the line is full, without rotating', async () => {
    const rig = await startRig({ capacity: { ...UNLIMITED, refreshesPerSecond: 2, refreshQueue: 0 } });
    const tokens = [1, 2].map((client) => REFRESH_TOKENS.seal({ client, session: client, generation: 0 }));
    const responses = await Promise.all(tokens.map((token) => rig.refresh(token)));
    expect(responses.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 503]);
    expect(responses.find(({ status }) => status === 503)?.headers.get('retry-after')).toBe('1');
    expect(rig.target.counts()).toMatchObject({ refreshes: 1, reuseDetected: 0 });
  });
});

describe('a gateway that loses capacity', () => {
  it('serves waiting and new handshakes at the remaining share until its capacity is restored', async () => {
    const rig = await startRig({ capacity: { ...UNLIMITED, handshakesPerSecond: 1000 } });
    const headers = { authorization: `Bearer ${await rig.token(1)}` };
    const lastOfFourMs = async (): Promise<number> => {
      const beganMs = performance.now();
      await Promise.all([0, 1, 2, 3].map(() => rig.dial({ headers }).opened()));
      return performance.now() - beganMs;
    };
    rig.target.setCapacity(0.02);
    expect(await lastOfFourMs()).toBeGreaterThanOrEqual(3 * 50);
    rig.target.setCapacity(0.00001);
    const waiting = Array.from({ length: 3 }, () => rig.dial({ headers }));
    await vi.waitFor(() => expect(rig.target.counts().handshakeQueue).toBe(2), 20_000);
    rig.target.setCapacity(1);
    await Promise.all(waiting.map((peer) => peer.opened()));
  });
});
