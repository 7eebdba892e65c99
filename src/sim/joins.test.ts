import { describe, expect, it } from 'vitest';
import type { Measurements } from '../metrics/measurements.ts';
import { analyse } from '../storm/analyse.ts';
import { describe as inWords } from '../storm/describe.ts';
import { measuredIn, scenarioOf } from '../testing/simulated.ts';

const CLIENTS = 100;
/** Clients that join one channel after their token was accepted, and lose their sockets all at once 25 s into the run. */
const SCENARIO = `
duration: 90s
target:
  url: ws://127.0.0.1:1
  protocol:
    json:
      handshake: [{ send: '{"token":"{token}"}', expect: { op: hi } }, { send: '{"op":"join"}', expect: { op: joined } }]
tokens: { lifetime: 10m, issued: together, carrier: message }
clients: { count: ${CLIENTS}, arrive: { over: 20s }, backoff: { base: 1s, jitter: none } }
faults: [{ at: 25s, drop: { code: 1012 } }]
`;

function measured(...sets: readonly string[]): Promise<Measurements> {
  return measuredIn(scenarioOf(SCENARIO, 'model.latency=10ms', ...sets));
}

const REJOINS = 'clients.rejoin={ growth: fixed, base: 1s, jitter: none }';

describe('joins in the model', () => {
  it('take a round trip each, after the authentication', async () => {
    const { curves, timings } = await measured();
    expect(timings.join.quantileMs(1)).toBeCloseTo(20, 0);
    expect([timings.join.count, timings.join.failed, curves.total('joins')]).toEqual([2 * CLIENTS, 0, 2 * CLIENTS]);
    expect([curves.total('connected'), curves.total('socketsBack'), curves.total('socketsLost')]).toEqual([
      2 * CLIENTS,
      CLIENTS,
      CLIENTS,
    ]);
    expect(curves.total('stateJoining')).toBe(0);
  });

  it('wait in line at a gateway that can do only so many a second, behind sockets that are back', async () => {
    const measurements = await measured(REJOINS, 'clients.joinTimeout=30s', 'model.joins=10/s');
    const { curves, timings } = measurements;
    // 100 joins at 10 a second take 10 s; the sockets were back after 1 s.
    expect(timings.recovery.quantileMs(1)).toBeGreaterThan(9800);
    expect(timings.recovery.quantileMs(1)).toBeLessThan(11_200);
    expect(curves.values('socketsBack').findLastIndex((n) => n > 0)).toBeLessThan(263);
    expect(curves.values('recovered').findLastIndex((n) => n > 0)).toBeGreaterThan(340);
    const [storm] = analyse(measurements, scenarioOf(SCENARIO));
    expect(inWords(storm!)).toMatch(
      /; sockets were back within 1\.\d s, channels within 1[01]\.\d s of their loss; it outlived its cause\.$/,
    );
  });

  it('come late behind sockets that are back at once, also while other clients renew their tokens', async () => {
    const renewing = ['tokens.lifetime=40s', 'tokens.issued=spread', 'tokens.renewal=reconnect'];
    const sets = [REJOINS, 'clients.joinTimeout=30s', 'model.joins=10/s', ...renewing];
    const measurements = await measured(...sets);
    const [storm] = analyse(measurements, scenarioOf(SCENARIO));
    expect(storm!.renewals).toBeGreaterThan(5);
    expect(storm!.sockets!.t100Ms).toBeLessThan(1500);
    expect(storm!.own.t95Ms).toBeGreaterThan(8000);
  });

  it('that time out are asked for again faster than the gateway does the work of those before, and never end', async () => {
    // 100 clients that join every 3 s ask for more than 20 a second, so the line grows although every client is connected.
    const run = measured(REJOINS, 'clients.joinTimeout=2s', 'model.joins=20/s');
    const { curves, timings, counts } = await run;
    expect(timings.join.failures.get('timeout')).toBeGreaterThan(10 * CLIENTS);
    expect(curves.total('stateJoining')).toBeGreaterThan(50);
    expect(curves.total('attempts')).toBe(2 * CLIENTS);
    expect(counts.unexpectedEvents).toBe(0);
  });

  it('that a gateway has no room for are refused, and asked for again over the same connection', async () => {
    const run = measured(REJOINS, 'clients.joinTimeout=30s', 'model.joins=10/s', 'model.joinQueue=20');
    const { curves, timings, counts } = await run;
    expect(timings.join.failures.get('join-refused')).toBeGreaterThan(CLIENTS);
    expect(curves.total('joins')).toBe(timings.join.count + timings.join.failed);
    expect([curves.total('attempts'), curves.total('recovered')]).toEqual([2 * CLIENTS, CLIENTS]);
    expect(counts.unexpectedEvents).toBe(0);
  });

  it('that are refused end the connection where clients never join again', async () => {
    const run = measured('clients.rejoin=never', 'model.joins=10/s', 'model.joinQueue=20');
    const { curves, timings } = await run;
    expect(timings.handshake.failures.get('join-refused')).toBe(timings.join.failures.get('join-refused'));
    expect(curves.total('attempts')).toBeGreaterThan(2 * CLIENTS);
  });
});
