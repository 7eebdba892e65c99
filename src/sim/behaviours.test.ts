/** Bad behaviours of a target, and their figures. */
import { describe, expect, it } from 'vitest';
import { failuresOf, scenarioOf, simulated } from '../testing/simulated.ts';

const CALM = `
duration: 30s
tokens: { lifetime: 10s, issued: together, renewal: in-band, refresh: { lead: 2s } }
clients: { count: 100, arrive: { over: 1s }, backoff: { base: 1s, growth: fixed, jitter: none }, commands: { rate: 5/s } }
`;

async function run(...sets: readonly string[]) {
  const { outcome } = await simulated(scenarioOf(CALM, 'model.latency=10ms', ...sets));
  return outcome.measurements;
}

const HASTY = ['tokens.carrier=message', 'clients.commands.beforeAuth=true', 'clients.arrive.over=10s'];

describe('commands that arrive before the token is accepted', () => {
  it('close the connection at a gateway that refuses them', async () => {
    const measured = await run(...HASTY);
    expect(failuresOf(measured, 'handshake')['close-4401']).toBeGreaterThan(0);
    expect(measured.reported.unauthorizedBeforeAuth!).toBe(0);
  });

  it('are carried out at one that accepts them, and counted', async () => {
    const measured = await run(...HASTY, 'target.embedded.beforeAuth=accepted');
    expect(failuresOf(measured, 'handshake')).toEqual({});
    expect(measured.reported.unauthorizedBeforeAuth!).toBeGreaterThan(0);
    expect(measured.ledger).toMatchObject({ lost: 0, unexpected: 0 });
  });
});

describe('a bad token', () => {
  /** Clients with clocks so slow that they present expired tokens. */
  const LATE = ['clients.clockSkew=-5s', 'tokens.renewal=reconnect'];
  const DROPPED = 'faults=[{ at: 10500ms, drop: reset }]';

  it('is refused, or opens an anonymous connection, whose commands are refused', async () => {
    const ignore = 'target.embedded.onExpiry=ignore';
    const refused = await run(...LATE, ignore, DROPPED);
    expect(failuresOf(refused, 'handshake')).toEqual({ 'http-401': 100 });
    expect(refused.reported).toMatchObject({ anonymous: 0, downgraded: 0 });
    const anonymous = await run(...LATE, ignore, DROPPED, 'target.embedded.badToken=anonymous');
    expect(failuresOf(anonymous, 'handshake')).toEqual({});
    expect(anonymous.reported.anonymous).toBe(100);
    expect(failuresOf(anonymous, 'command')['forbidden']).toBeGreaterThan(0);
  });

  it('is treated in the same way in a first message', async () => {
    const sets = [...LATE, 'tokens.carrier=message', 'target.embedded.onExpiry=ignore', DROPPED];
    const refused = await run(...sets);
    expect(failuresOf(refused, 'handshake')).toEqual({ 'auth-refused': 100 });
    const anonymous = await run(...sets, 'target.embedded.badToken=anonymous', 'target.embedded.beforeAuth=accepted');
    expect(anonymous.reported.anonymous).toBe(100);
    expect(anonymous.reported.unauthorizedBeforeAuth!).toBeGreaterThan(0);
    expect(anonymous.counts.unexpectedEvents).toBe(0);
  });
});

describe('a token that is presented in band', () => {
  it('does not extend the connection at a gateway that ignores it', async () => {
    const [replaces, ignored] = [await run(), await run('target.embedded.reauthentication=ignored')];
    expect(replaces.curves.total('lostExpired')).toBe(0);
    expect(ignored.curves.bin('lostExpired', 100)).toBe(100);
    // Commands until then are authorized by the newer token.
    expect(ignored.reported.unauthorizedExpired!).toBe(0);
  });
});

describe('a gateway that closes without a close frame', () => {
  it('makes clients discover the reason at the next attempt', async () => {
    const late = ['clients.clockSkew=-5s', 'tokens.renewal=reconnect', 'clients.commands=none'];
    const guided = await run(...late);
    expect(Object.fromEntries(guided.losses)).toEqual({ 'close-4401': guided.curves.total('lostExpired') });
    const bare = await run(...late, 'target.embedded.closes=bare');
    expect(bare.losses.get('reset')).toBe(bare.curves.total('lostDropped'));
    expect(bare.losses.get('close-4401')).toBeUndefined();
    // It tries the old token first.
    expect(failuresOf(bare, 'handshake')['http-401']).toBeGreaterThanOrEqual(100);
  });
});

describe('commands of a connection whose token has expired', () => {
  it('are carried out and counted at a gateway that ignores the expiry', async () => {
    const measured = await run('target.embedded.onExpiry=ignore', 'clients.clockSkew=-5s', 'tokens.renewal=reconnect');
    const exposedSeconds = measured.counts.exposureMs / 1000;
    expect(Math.abs(measured.reported.unauthorizedExpired! / (5 * exposedSeconds) - 1)).toBeLessThan(0.05);
  });
});
