import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../threshold/load-scenario.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { checkShard, checkStart, shardPart } from './shard.ts';

function scenarioOf(target: string, ...sets: readonly string[]): Scenario {
  return parseScenario(`duration: 10s\ntarget: ${target}\nclients: { count: 8, arrive: { over: 1s } }`, 'shard.yaml', {
    sets,
  });
}

const URL_TARGET = '{ url: "ws://127.0.0.1:9" }';

describe('--shard', () => {
  it('counts from one on the command line, and from nothing inside', () => {
    expect(shardPart('2/4')).toEqual({ shard: 1, shards: 4 });
    expect(shardPart('1/1')).toEqual({ shard: 0, shards: 1 });
  });

  it.each(['0/4', '5/4', '4', '1/0', 'a/b', '1/1001'])('refuses %s', (text) => {
    expect(() => shardPart(text)).toThrow('write shard and number of shards, such as 2/4');
  });

  it.each([
    [
      'a target that every process would have for itself',
      scenarioOf('{ embedded: {} }'),
      undefined,
      /start one with `squall serve`/,
    ],
    [
      'more shards than clients',
      scenarioOf(URL_TARGET, 'clients.count=3'),
      undefined,
      /there are 3 clients; take fewer/,
    ],
    ['a baseline of a part', scenarioOf(URL_TARGET), 'b.yaml', /is not a whole run: leave --save-baseline out/],
    [
      'a fault that each would carry out',
      scenarioOf(URL_TARGET, 'faults=[{ at: 1s, exec: ["true"] }]'),
      undefined,
      /each shard would inject the fault/,
    ],
  ])('refuses %s', (_, scenario, saveBaseline, message) => {
    expect(() => checkShard({ shard: 0, shards: 4 }, scenario, saveBaseline)).toThrow(message);
  });

  it.each([
    ['2026-11-29T12:00:00Z', /it is 2026-11-29T12:00:00.000Z already; name a later time/],
    ['2026-11-30T12:00:01Z', /is more than a day off/],
  ])('does not begin at %s', (at, message) => {
    expect(() => checkStart(Date.parse(at), Date.parse('2026-11-29T12:00:00Z'))).toThrow(message);
  });

  it('takes a target that all can reach', () => {
    expect(() => checkShard({ shard: 3, shards: 4 }, scenarioOf(URL_TARGET), undefined)).not.toThrow();
  });
});
