import { describe, expect, it } from 'vitest';
import { parseScenario } from '../threshold/load-scenario.ts';
import { drainsBelow, lineOf, type Line } from './line.ts';

function lineWith(...sets: readonly string[]): Line {
  return lineOf(parseScenario('duration: 60s\nclients: { count: 10 }', 'line.yaml', { sets }));
}

const LINE: Line = { capacityPerSecond: 2000, longestWaitMs: Infinity, retryAfterMs: 20_000, returnMs: 5000 };

describe('lineOf', () => {
  it('has no wait and no limit where the scenario sets none', () => {
    expect(lineWith()).toMatchObject({ capacityPerSecond: Infinity, longestWaitMs: 0, retryAfterMs: 20_000 });
  });

  it('takes its capacity and its bound from the embedded target', () => {
    const line = lineWith('target.embedded.capacity={handshakes: 50/s, queue: 200}', 'clients.connectTimeout=7s');
    expect(line).toMatchObject({ capacityPerSecond: 50, longestWaitMs: 4000, retryAfterMs: 7000 });
  });

  it('adds up the gateways of a model, each of which has its own line', () => {
    const line = lineWith('model={gateways: 3, handshakes: 50/s, queue: 200}');
    expect(line).toMatchObject({ capacityPerSecond: 150, longestWaitMs: 4000 });
  });

  it.each([
    ['socket.io-client', 5000],
    ['{ growth: fixed, base: 2s, jitter: none }', 2000],
    ['{ base: 1s, cap: 30s, jitter: none }', 30_000],
    ['{ base: 1s, cap: 30s, jitter: full }', 15_000],
    ['{ base: 1s, cap: 30s, jitter: equal }', 22_500],
  ])('computes the mean long-run delay of the backoff %s', (backoff, returnMs) => {
    expect(lineWith(`clients.backoff=${backoff}`).returnMs / returnMs).toBeCloseTo(1, 2);
  });

  it('has an infinite delay for a backoff that gives up', () => {
    expect(lineWith('clients.backoff={ max: 9 }').returnMs).toBe(Infinity);
  });
});

describe('drainsBelow', () => {
  it.each<[string, Partial<Line>, number]>([
    ['without a bound', {}, 90_000],
    ['with a bound that is too long', { longestWaitMs: 25_000 }, 90_000],
    ['with a bound that keeps the wait below the connect time-out', { longestWaitMs: 20_000 }, Infinity],
    ['for clients that give up', { returnMs: Infinity }, Infinity],
    ['for clients that come back at once', { returnMs: 0 }, 80_000],
  ])('is C * (2T + D) %s', (_title, change, clients) => {
    expect(drainsBelow({ ...LINE, ...change })).toBe(clients);
  });
});
