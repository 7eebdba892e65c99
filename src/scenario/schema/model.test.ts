import { describe, expect, it } from 'vitest';
import { LEAST } from '../../testing/expected-problems.ts';
import { parseScenario } from '../../threshold/load-scenario.ts';
import { resolvedYaml } from '../resolved-yaml.ts';
import type { ModelPlan } from '../scenario.ts';

const CAPACITY =
  'target: { embedded: { capacity: { handshakes: 900/s, queue: 4k, refreshes: 1500/s, refreshQueue: 7 } } }';

function modelOf(...lines: readonly string[]): ModelPlan {
  return parseScenario(LEAST + lines.join('\n'), 's.yaml').model;
}

const UNMEASURED: ModelPlan = {
  gateways: 1,
  handshakesPerSecond: Infinity,
  queue: Infinity,
  connectionsPerGateway: Infinity,
  refreshesPerSecond: Infinity,
  refreshQueue: Infinity,
  dialRequestsPerSecond: Infinity,
  dialQueue: Infinity,
  joinsPerSecond: Infinity,
  joinQueue: Infinity,
  service: 'fixed',
  latency: { kind: 'fixed', ms: 1 },
  loss: 0,
};

describe('the model of a target', () => {
  it.each([
    ['without stated capacity', ''],
    ['at a URL', 'target: { url: "wss://staging.example.com" }'],
  ])('is one gateway without limits for a target %s', (_, target) => {
    expect(modelOf(target)).toEqual(UNMEASURED);
  });

  it('can do what the embedded target can', () => {
    const measured = { handshakesPerSecond: 900, queue: 4000, refreshesPerSecond: 1500, refreshQueue: 7 };
    expect(modelOf(CAPACITY)).toEqual({ ...UNMEASURED, ...measured });
  });

  it("divides the target's handshakes among the gateways, and gives each the whole queue", () => {
    expect(modelOf(CAPACITY, 'model: { gateways: 3 }')).toMatchObject({
      gateways: 3,
      handshakesPerSecond: 300,
      queue: 4000,
      refreshesPerSecond: 1500,
    });
  });

  it('takes what is written in place of what the target can do', () => {
    const written = 'model: { gateways: 3, handshakes: 900/s, queue: 0, refreshes: unlimited, refreshQueue: 9 }';
    expect(modelOf(CAPACITY, written)).toMatchObject({
      handshakesPerSecond: 900,
      queue: 0,
      refreshesPerSecond: Infinity,
      refreshQueue: 9,
    });
  });

  it.each<[string, ModelPlan['latency']]>([
    ['5ms', { kind: 'fixed', ms: 5 }],
    ['{ exponential: 20ms }', { kind: 'exponential', floorMs: 0, meanMs: 20 }],
    ['{ exponential: 20ms, floor: 5ms }', { kind: 'exponential', floorMs: 5, meanMs: 20 }],
    ['{ mean: 20ms, sd: 5ms }', { kind: 'normal', meanMs: 20, sdMs: 5 }],
  ])('takes latency %s', (written, latency) => {
    expect(modelOf(`model: { latency: ${written} }`).latency).toEqual(latency);
  });

  it('can be written out even where the share of each gateway is slower than any rate in a file', () => {
    const text = `${LEAST}target: { embedded: { capacity: { handshakes: 0.004/h } } }\nmodel: { gateways: 250 }`;
    const scenario = parseScenario(text, 's.yaml');
    expect(parseScenario(resolvedYaml(scenario), 's.yaml')).toEqual(scenario);
  });
});
