import { describe, expect, it } from 'vitest';
import { failuresOf, scenarioOf, simulated } from '../testing/simulated.ts';

const CALM = `
duration: 20s
tokens: { lifetime: 10m, issued: together }
clients: { count: 100, perUser: 4, arrive: { over: 1s }, commands: { rate: 5/s } }
`;

async function run(faults: string, ...sets: readonly string[]) {
  const { outcome } = await simulated(scenarioOf(`${CALM}\nfaults: ${faults}`, 'model.latency=10ms', ...sets));
  return { ...outcome.measurements, faults: outcome.faults };
}

const REVOKED_AT = '[{ at: 5500ms, share: 40%, session: compromised }]';

describe('a session that is revoked', () => {
  it.each([
    { revocation: 'push', maxMs: 10 },
    { revocation: '{ poll: 2s }', maxMs: 510 },
  ])('ends where gateways learn of it by $revocation', async ({ revocation, maxMs }) => {
    const { faults, losses, timings, counts, reported } = await run(
      REVOKED_AT,
      `target.embedded.revocation=${revocation}`,
    );
    const hit = faults[0]!.hit;
    expect(hit).toBe(faults[0]!.planned);
    expect(losses.get('close-4403')).toBe(hit);
    expect(counts.stoppedLoggedOut).toBe(hit);
    expect(timings.revocation.count).toBe(hit);
    expect(timings.revocation.maxMs! / maxMs).toBeCloseTo(1, 2);
    expect(reported.unauthorizedRevoked! > 0).toBe(maxMs > 10);
  });

  it('stays open without a revocation feed, and its commands are carried out', async () => {
    const measured = await run(REVOKED_AT, 'target.embedded.revocation=none');
    const [{ hit } = { hit: 0 }] = measured.faults;
    expect(failuresOf(measured, 'revocation')).toEqual({ 'never-closed': hit });
    expect(Math.abs(measured.reported.unauthorizedRevoked! / (hit * 5 * 14.5) - 1)).toBeLessThan(0.05);
  });

  it('is refused new tokens, and new connections by a gateway that knows of it', async () => {
    const tokens = 'tokens={ lifetime: 12s, issued: together, refresh: { lead: 2s } }';
    const ignorant = await run(REVOKED_AT, tokens, 'target.embedded.revocation=none');
    expect(failuresOf(ignorant, 'refresh')).toEqual({ 'invalid-grant': ignorant.faults[0]!.hit });
    const faults = '[{ at: 5s, drop: reset }, { at: 5500ms, share: 40%, session: compromised }]';
    const away = await run(faults, 'clients.backoff={ base: 1s, growth: fixed, jitter: none }');
    expect(failuresOf(away, 'handshake')).toEqual({ 'http-403': away.faults[1]!.hit });
    expect(away.timings.revocation.count).toBe(0);
  });

  it('is missed when it is over already', async () => {
    const { faults } = await run('[{ at: 5s, share: 40%, session: compromised }, { at: 6s, session: compromised }]');
    const over = faults[0]!.hit;
    expect(faults[1]).toMatchObject({ planned: 100, hit: 100 - over, missed: { 'over-already': over } });
  });
});

describe('a logout on one device', () => {
  it("ends the sessions of its user's other devices", async () => {
    const { faults, counts, losses } = await run('[{ at: 5s, share: 50%, session: logout }]');
    const [fault] = faults;
    expect(fault!.planned % 3).toBe(0);
    expect(fault).toMatchObject({ hit: fault!.planned, missed: {} });
    expect(losses.get('close-4403')).toBe(fault!.hit);
    expect(losses.get('close-4401')).toBe(fault!.hit / 3);
    expect(counts.stoppedLoggedOut).toBe((4 * fault!.hit) / 3);
  });
});

describe('a right that is taken away', () => {
  it.each(['role-removed', 'tenant-removed'])(
    'by %s makes the gateway refuse commands, without ending connections',
    async (mode) => {
      const measured = await run(`[{ at: 5s, share: 50%, session: ${mode} }]`);
      const { faults, reported, losses, curves, ledger } = measured;
      expect(faults[0]).toMatchObject({ hit: faults[0]!.planned });
      expect(reported.downgraded).toBe(faults[0]!.hit);
      expect(curves.total('conditionForbidden')).toBe(faults[0]!.hit);
      expect(failuresOf(measured, 'command')).toEqual({ forbidden: ledger.lost });
      expect(reported).toMatchObject({
        unauthorizedBeforeAuth: 0,
        unauthorizedExpired: 0,
        unauthorizedRevoked: 0,
        unauthorizedForbidden: 0,
      });
      expect([...losses]).toEqual([]);
    },
  );

  it('goes unnoticed at a gateway with `authorization: connect` until clients present another token', async () => {
    const tokens = 'tokens={ lifetime: 14s, issued: together, renewal: in-band, refresh: { lead: 4s } }';
    const measured = await run('[{ at: 5s, session: role-removed }]', tokens, 'target.embedded.authorization=connect');
    expect(Math.abs(measured.reported.unauthorizedForbidden! / (100 * 5 * 5) - 1)).toBeLessThan(0.05);
    expect(Math.abs(failuresOf(measured, 'command')['forbidden']! / (100 * 5 * 10) - 1)).toBeLessThan(0.05);
  });
});
