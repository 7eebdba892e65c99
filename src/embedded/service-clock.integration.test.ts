import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { wall } from '../core/time/instant.ts';
import { hit, startFaultRig, type FaultRig } from './fault-rig.test.helper.ts';
import { WallServiceClock } from './service-clock.ts';

describe("a service's wall clock", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is wrong by the sum of its faults, from their beginnings on', () => {
    const clock = new WallServiceClock();
    clock.begin(1, { offsetMs: 300, driftPerMs: 0.1 }, performance.now() - 5000);
    expect(clock.now() - Date.now()).toBeCloseTo(800, 5);
    expect(clock.trueNow()).toBe(Date.now());
  });

  it.each([-0.5, 0, 0.5])('with a drift of %d shows an instant at the predicted time', (driftPerMs) => {
    const clock = new WallServiceClock();
    clock.begin(1, { offsetMs: 300, driftPerMs }, performance.now());
    const at = wall(Date.now() + 10_300);
    vi.advanceTimersByTime(100);
    vi.advanceTimersByTime(clock.msUntil(at));
    expect(Math.abs(clock.now() - at)).toBeLessThan(2);
  });
});

async function claimsOf(rig: FaultRig): Promise<{ iat: number; exp: number }> {
  const { access_token } = (await (await rig.ask(1)).json()) as { access_token: string };
  const { iat = 0, exp = 0 } = decodeJwt(access_token);
  return { iat: iat * 1000, exp: exp * 1000 };
}

describe('a fault of a service clock', () => {
  it('of the token service misdates tokens until it ends', async () => {
    const rig = await startFaultRig({ lifetimeMs: 60_000, reuseDetection: 'off' });
    rig.begin({ kind: 'clock', of: 'token-service', offsetMs: -3_600_000, driftPerMs: 0 });
    const { iat, exp } = await claimsOf(rig);
    expect(exp - iat).toBeCloseTo(60_000, 0);
    expect(exp).toBeLessThan(Date.now() - 3_000_000);
    rig.end();
    expect((await claimsOf(rig)).exp).toBeGreaterThan(Date.now());
    expect(rig.tally()).toEqual(hit(1));
  });

  it('of the gateway, when fast, closes connections early and refuses valid tokens', async () => {
    const rig = await startFaultRig();
    const peer = await rig.connect(1, 60_000);
    rig.begin({ kind: 'clock', of: 'gateway', offsetMs: 120_000, driftPerMs: 0 });
    expect(await peer.ended).toBe(4401);
    expect(await (await rig.upgrade(2)).ended).toBe(401);
    rig.end();
    await rig.connect(1);
    expect(rig.tally()).toEqual(hit(1));
  });

  it('of the gateway, when slow, accepts expired tokens until it ends', async () => {
    const rig = await startFaultRig();
    rig.begin({ kind: 'clock', of: 'gateway', offsetMs: -120_000, driftPerMs: 0 });
    const peer = await rig.connect(1, -60_000);
    expect(rig.target.counts().open).toBe(1);
    rig.end();
    expect(await peer.ended).toBe(4401);
  });

  it('of clients is refused, since it belongs to the process of the clients', async () => {
    const rig = await startFaultRig();
    expect(() => rig.begin({ kind: 'clock', of: 'clients', offsetMs: 5, driftPerMs: 0 })).toThrow(/where the clients/);
  });
});
