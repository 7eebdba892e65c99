import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHECKOUT } from '../../testing/checkout.ts';
import { smallScenario } from '../../testing/live-run.ts';
import { parseScenario } from '../../threshold/load-scenario.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { checkOnRedis, onRedisOf, type OnRedis } from './on-redis-flags.ts';
import { checkSingleRun } from '../runs/single-run.ts';

const NONE = { on: undefined, shards: undefined, wait: undefined, onLoss: undefined };
const ON: OnRedis = { url: 'redis://10.0.0.7', shards: null, waitMs: 60_000, onLoss: 'continue' };

function usersSharingTokens(): Scenario {
  return parseScenario(
    `
duration: 10s
target: { url: "ws://127.0.0.1:9" }
users: { generate: { name: 'u{client}' } }
clients: { count: 20, perUser: 2, arrive: { over: 1s } }
tokens: { source: { endpoint: { flight: user, login: { url: "http://127.0.0.1:9/", form: { user: "{user.name}" } } } } }
`,
    'shared.yaml',
  );
}

describe('the options of a run on other machines', () => {
  it('are none without --on', () => {
    expect(onRedisOf(NONE)).toBeNull();
  });

  it('have defaults beside --on', () => {
    expect(onRedisOf({ ...NONE, on: 'redis://10.0.0.7' })).toEqual(ON);
    expect(onRedisOf({ on: 'redis://10.0.0.7', shards: 8, wait: 5000, onLoss: 'stop' })).toEqual({
      url: 'redis://10.0.0.7',
      shards: 8,
      waitMs: 5000,
      onLoss: 'stop',
    });
  });

  it('need --on, and a count of shards is told apart from one share', () => {
    expect(() => onRedisOf({ ...NONE, wait: 5000, onLoss: 'stop' })).toThrow('--wait, --on-loss without --on: name');
    expect(() => onRedisOf({ ...NONE, shards: 4 })).toThrow('or give one share by hand with --shard 2/4');
  });

  it('refuse more shards than clients, and tokens that devices share', () => {
    expect(() => checkOnRedis({ ...ON, shards: 31 }, smallScenario())).toThrow('--shards 31: there are 30 clients');
    expect(() => checkOnRedis(ON, usersSharingTokens())).toThrow('take --shards 1, or set flight: client');
    expect(() => checkOnRedis({ ...ON, shards: 1 }, usersSharingTokens())).not.toThrow();
    expect(() => checkOnRedis(ON, smallScenario())).not.toThrow();
  });

  it('load bullmq and ioredis only when they are used, since no file imports them but as types', () => {
    const src = join(CHECKOUT, 'src');
    const importing = readdirSync(src, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file) && !/^(?:testing|bench)|\.test\.ts$/.test(file))
      .filter((file) => /^import (?!type )[^;]*from '(?:bullmq|ioredis)'/m.test(readFileSync(join(src, file), 'utf8')));
    expect(importing).toEqual([]);
  });

  it('are of one run', () => {
    const given = { baseline: undefined, saveBaseline: undefined, on: 'redis://10.0.0.7' };
    expect(() => checkSingleRun('--all', given)).toThrow('--on with --all: take one run');
    expect(() => checkSingleRun(null, given)).not.toThrow();
  });
});
