import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../metrics/run.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { analyse } from '../storm/analyse.ts';
import { drainsBelow, lineOf } from '../storm/line.ts';
import { evaluateRun } from '../threshold/evaluate-run.ts';
import { simulate } from './simulate.ts';

const CAPACITY_PER_SECOND = 50;
/** Arrivals take five sixths of the gateway's capacity. */
const ARRIVALS_PER_SECOND = 42;
/** Longer than the drain of any storm below that is a tenth smaller than the edge. */
const AFTER_SECONDS = 600;

interface Storm {
  readonly backoff: string;
  readonly retryAfterSeconds: number;
  /** handshakes */
  readonly room: number | 'unlimited';
}

/** All clients are dropped at once from an idle gateway. */
function dropOf(clients: number, { backoff, retryAfterSeconds, room }: Storm): Scenario {
  const arriveSeconds = Math.ceil(clients / ARRIVALS_PER_SECOND);
  return parseScenario(
    `
duration: ${arriveSeconds + 10 + AFTER_SECONDS}s
target: { embedded: { capacity: { handshakes: ${CAPACITY_PER_SECOND}/s, queue: ${room} } } }
tokens: { lifetime: 2h, issued: together }
clients:
  count: ${clients}
  arrive: { over: ${arriveSeconds}s }
  connectTimeout: ${retryAfterSeconds}s
  backoff: ${backoff}
faults: [{ at: ${arriveSeconds + 10}s, drop: { code: 1012 } }]
`,
    'drop.yaml',
  );
}

function simulated(scenario: Scenario): Promise<Outcome> {
  const listener = { onEvent: () => {}, onProgress: () => {}, onInterval: () => {} };
  return simulate(scenario, { listener, signal: new AbortController().signal });
}

describe('the load below which a storm drains', () => {
  it.each<Storm>([
    { backoff: 'socket.io-client', retryAfterSeconds: 20, room: 'unlimited' },
    { backoff: '{ growth: fixed, base: 2s, jitter: none }', retryAfterSeconds: 5, room: 375 },
    { backoff: '{ base: 1s, cap: 30s, jitter: full }', retryAfterSeconds: 10, room: 750 },
  ])('agrees with simulations, with $backoff, Retry-After of $retryAfterSeconds s, room for $room', async (storm) => {
    const edge = drainsBelow(lineOf(dropOf(1, storm)));
    const below = dropOf(Math.round(0.9 * edge), storm);
    const above = dropOf(Math.round(1.1 * edge), storm);

    const drained = analyse((await simulated(below)).measurements, below)[0];
    expect(drained).toMatchObject({ selfSustaining: null, ended: true, lost: below.clients.count });
    expect(drained?.t100Ms).not.toBeNull();

    const sustained = analyse((await simulated(above)).measurements, above)[0];
    expect(sustained?.selfSustaining).toMatchObject({ after: 'fault', drainsBelow: Math.floor(edge) });
    expect(sustained?.selfSustaining?.attemptsPerSecond).toBeGreaterThan(CAPACITY_PER_SECOND);
    expect(sustained).toMatchObject({ ended: false, t95Ms: null });
  });

  it('does not exist for a line that is served within the timeout of its clients', async () => {
    const storm: Storm = { backoff: 'socket.io-client', retryAfterSeconds: 20, room: 900 };
    const scenario = dropOf(10_000, storm);
    expect(drainsBelow(lineOf(scenario))).toBe(Infinity);
    const { measurements } = await simulated(scenario);
    expect(analyse(measurements, scenario)[0]).toMatchObject({ selfSustaining: null, ended: true });
    expect(measurements.reported.wasted).toBe(0);
  });
});

/** A twentieth of all numbers of clients gives the same storm in a twentieth of the time. */
function scaled(name: string, room: string): Scenario {
  const file = new URL(`../../scenarios/${name}.yaml`, import.meta.url);
  const sets = ['clients.count=10000', `target.embedded.capacity={handshakes: 100/s, queue: ${room}}`];
  return parseScenario(readFileSync(file, 'utf8'), file.pathname, { sets });
}

describe('the scenarios that show it', () => {
  it.each([
    { name: 'self-sustaining', room: 'unlimited', sustains: true, ok: [false, false] },
    { name: 'self-sustaining-cured', room: '1500', sustains: false, ok: [true, true] },
  ])('$name holds its thresholds: $ok', async ({ name, room, sustains, ok }) => {
    const scenario = scaled(name, room);
    const { storms, thresholds } = evaluateRun(scenario, (await simulated(scenario)).measurements);
    expect(thresholds.map((threshold) => threshold.ok)).toEqual(ok);
    expect(storms[0]?.selfSustaining?.drainsBelow).toBe(sustains ? 4500 : undefined);
  });
});
