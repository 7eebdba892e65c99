import { describe, expect, it } from 'vitest';
import type { Behaviour } from '../core/client/behaviour.ts';
import { Draws } from '../core/random/draws.ts';
import { LEAST } from '../testing/expected-problems.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import { arriveOverMs, behaviourOf, firstIssuedAt, randomArrivals, skewMs } from './population.ts';
import type { ClientPlan, ClockSkew, Scenario, TokenPlan } from './scenario.ts';

const CLIENTS = 20_000;
const SEED = 7;
/** Standard errors that a sample's moment or share may be off by. The seed is fixed, so a sample that passes goes on passing. */
const ERRORS = 4;
/** Critical value of Kolmogorov and Smirnov at a level of 0.1 %. */
const MAX_DISTANCE = 1.95 / Math.sqrt(CLIENTS);

const numbers = Array.from({ length: CLIENTS }, (_, number) => number);

function scenarioWith(text: string): Scenario {
  return parseScenario(`duration: 30s\n${text}`, 's.yaml');
}

function behaviourWith(text: string): Behaviour {
  return behaviourOf(scenarioWith(text));
}

function skews(skew: ClockSkew): number[] {
  const draws = new Draws(SEED);
  return numbers.map((number) => skewMs(skew, draws, number));
}

function issues(issued: TokenPlan['issued']): number[] {
  const scenario = scenarioWith(`clients: { count: 1000 }\ntokens: { lifetime: 60s, issued: ${issued} }`);
  const draws = new Draws(SEED);
  return numbers.map((number) => firstIssuedAt(scenario, draws, number));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value) / values.length;
}

/** How far the sample's distribution is from the uniform one over [from, to], 0 to 1; Infinity if a value lies outside. */
function distanceFromUniform(values: readonly number[], from: number, to: number): number {
  if (values.some((value) => value < from || value > to)) return Infinity;
  const sorted = values.toSorted((a, b) => a - b).map((value) => (value - from) / (to - from));
  return Math.max(...sorted.map((value, rank) => Math.max(value - rank / CLIENTS, (rank + 1) / CLIENTS - value)));
}

describe('arrivals', () => {
  const plan = (keys: string, count = CLIENTS): ClientPlan =>
    scenarioWith(`clients: { count: ${count}, arrive: { ${keys} } }`).clients;
  const arrivalsOf = (keys: string, seed = SEED, shard = 0, shards = 1): number[] =>
    Array.from(randomArrivals(plan(keys), new Draws(seed), shard, shards) ?? []);

  it.each([
    ['over: 20s', 20_000],
    ['rate: 1000/s', CLIENTS],
  ])('take, with { %s }, that time, at equal distances unless the file says otherwise', (keys, overMs) => {
    expect(arriveOverMs(plan(keys))).toBe(overMs);
    expect(randomArrivals(plan(keys), new Draws(SEED))).toBeNull();
  });

  it.each([`rate: ${CLIENTS / 20}/s`, 'over: 20s'])(
    'of a Poisson process with { %s } come at exponential distances of the mean that it says',
    (keys) => {
      const arrivals = arrivalsOf(`${keys}, process: poisson`);
      const gaps = arrivals.map((at, number) => at - (arrivals[number - 1] ?? 0));
      const meanMs = 20_000 / CLIENTS;
      expect(Math.abs(mean(gaps) / meanMs - 1)).toBeLessThan(ERRORS / Math.sqrt(CLIENTS));
      // The distribution of an exponential variable at itself is uniform (Kolmogorov and Smirnov).
      const uniform = gaps.map((gap) => 1 - Math.exp(-gap / meanMs));
      expect(distanceFromUniform(uniform, 0, 1)).toBeLessThan(MAX_DISTANCE);
      // Neither does a distance say anything of the next.
      const pairs = uniform.slice(1).map((u, n) => (u - 0.5) * (uniform[n]! - 0.5));
      expect(Math.abs(mean(pairs))).toBeLessThan(ERRORS / 12 / Math.sqrt(CLIENTS));
    },
  );

  it('depend on the seed, and are divided among shards', () => {
    const keys = 'rate: 1000/s, process: poisson';
    const all = arrivalsOf(keys);
    expect(arrivalsOf(keys)).toEqual(all);
    expect(arrivalsOf(keys, SEED + 1)).not.toEqual(all);
    for (const shards of [2, 3]) {
      for (let shard = 0; shard < shards; shard++) {
        expect(arrivalsOf(keys, SEED, shard, shards)).toEqual(all.filter((_, number) => number % shards === shard));
      }
    }
  });

  it('that the end of the run would cut off are refused, whatever the seed', () => {
    expect(() => plan('rate: 10/s', 300)).toThrow(
      'clients.arrive.rate: the run would end while clients are still arriving',
    );
    expect(() => plan('over: 25s, process: poisson', 300)).toThrow('clients.arrive.over: the run would end');
    expect(plan('over: 20s, process: poisson', 300).count).toBe(300);
  });
});

describe('the skew of clocks', () => {
  const spread: ClockSkew = { kind: 'normal', sdMs: 2000 };

  it('is the same for all when fixed', () => {
    expect(new Set(skews({ kind: 'fixed', offsetMs: -1500 }))).toEqual(new Set([-1500]));
  });

  it('has mean 0, the stated standard deviation, and the normal share within one of them', () => {
    const values = skews(spread);
    expect(Math.abs(mean(values))).toBeLessThan((ERRORS * 2000) / Math.sqrt(CLIENTS));
    const sd = Math.sqrt(mean(values.map((value) => value ** 2)));
    expect(Math.abs(sd / 2000 - 1)).toBeLessThan(ERRORS / Math.sqrt(2 * CLIENTS));
    const within = values.filter((value) => Math.abs(value) < 2000).length / CLIENTS;
    expect(Math.abs(within - 0.6827)).toBeLessThan((ERRORS * 0.4654) / Math.sqrt(CLIENTS));
  });

  it('is uniform over a stated range', () => {
    expect(distanceFromUniform(skews({ kind: 'uniform', minMs: -500, maxMs: 2500 }), -500, 2500)).toBeLessThan(
      MAX_DISTANCE,
    );
  });

  it('depends on the seed and the number of the client alone', () => {
    const [, , , fourth] = skews(spread);
    expect(skewMs(spread, new Draws(SEED), 3)).toBe(fourth);
    expect(skewMs(spread, new Draws(SEED + 1), 3)).not.toBe(fourth);
  });
});

describe('the issue of first tokens', () => {
  it("is at the run's start for tokens issued together", () => {
    expect(new Set(issues('together'))).toEqual(new Set([0]));
  });

  it('lies up to a lifetime back for spread ones, so that what is left of them is uniform over it', () => {
    expect(distanceFromUniform(issues('spread'), -60_000, 0)).toBeLessThan(MAX_DISTANCE);
  });
});

describe('the behaviour of a population', () => {
  it('is what the scenario plans', () => {
    const scenario = parseScenario(`${LEAST}tokens: { renewal: in-band }`, 's.yaml');
    expect(behaviourOf(scenario)).toEqual({
      backoff: scenario.clients.backoff,
      closeRules: [],
      serverSilenceMs: 0,
      refresh: scenario.tokens.refresh,
      renewal: 'in-band',
      firstMessage: false,
      connectTimeoutMs: 20_000,
      commands: null,
      heartbeat: null,
      heartbeatAnnounced: false,
      pingsAfterSilence: false,
      join: null,
      loop: { rounds: 15, withinMs: 30_000 },
    });
  });

  it.each([
    ['message', true],
    ['header', false],
    ['{ query: access_token }', false],
  ])('authenticates by first message with carrier %s: %s', (carrier, firstMessage) => {
    expect(behaviourWith(`clients: { count: 1 }\ntokens: { carrier: ${carrier} }`)).toMatchObject({ firstMessage });
  });

  it.each([
    ['rate: 0.2/s', { periodMs: 5000, ackTimeoutMs: 5000, resend: true, beforeAuth: false }],
    ['rate: 30/m, ackTimeout: 700ms', { periodMs: 2000, ackTimeoutMs: 700, resend: true, beforeAuth: false }],
    ['rate: 1/s, onReconnect: drop', { periodMs: 1000, ackTimeoutMs: 5000, resend: false, beforeAuth: false }],
  ])('sends commands with { %s }', (keys, commands) => {
    expect(behaviourWith(`clients: { count: 1, commands: { ${keys} } }`).commands).toEqual(commands);
  });

  it('sends commands before the answer to the first message if the scenario says so', () => {
    const clients = 'clients: { count: 1, commands: { rate: 1/s, beforeAuth: true } }';
    expect(behaviourWith(`${clients}\ntokens: { carrier: message }`).commands).toMatchObject({ beforeAuth: true });
    expect(() => behaviourWith(clients)).toThrow('clients.commands.beforeAuth: with this carrier');
  });

  it('has a heartbeat and a limit on loops', () => {
    const keys = 'heartbeat: { every: 10s, timeout: 2s }, loop: { within: 1m }';
    expect(behaviourWith(`clients: { count: 1, ${keys} }`)).toMatchObject({
      heartbeat: { everyMs: 10_000, timeoutMs: 2000 },
      loop: { rounds: 15, withinMs: 60_000 },
    });
  });

  it.each([
    ['stomp', '', true],
    ['stomp', 'heartbeat: { every: 10s, timeout: 10s, answered: false }', true],
    ['stomp', 'heartbeat: { every: 5s }', false],
    ['stomp', 'heartbeat: none', false],
    ['mqtt', '', false],
    ['{ mqtt: { version: 5 } }', '', true],
    ['pusher', '', true],
    ['phoenix', '', false],
  ])(
    'follows the pings that a server of %s announces, with clients { %s }: %s',
    (protocol, keys, heartbeatAnnounced) => {
      const text = `name: a
duration: 60s
target: { url: 'ws://127.0.0.1:1/', protocol: ${protocol} }
tokens: { carrier: ${protocol === 'phoenix' ? '{ query: token }' : 'message'} }
clients: { count: 1, ${keys} }`;
      expect(behaviourOf(parseScenario(text, 's.yaml'))).toMatchObject({ heartbeatAnnounced });
    },
  );

  it.each([
    ['pusher', '', true],
    ['pusher', 'heartbeat: { every: 30s }', false],
    ['stomp', '', false],
  ])('pings after silence towards a server of %s, with clients { %s }: %s', (protocol, keys, pingsAfterSilence) => {
    const text = `name: a
duration: 60s
target: { url: 'ws://127.0.0.1:1/', protocol: ${protocol} }
tokens: { carrier: message }
clients: { count: 1, ${keys} }`;
    expect(behaviourOf(parseScenario(text, 's.yaml'))).toMatchObject({ pingsAfterSilence });
  });
});
