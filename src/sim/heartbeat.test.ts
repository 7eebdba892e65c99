import { describe, expect, it } from 'vitest';
import { measuredIn, scenarioOf } from '../testing/simulated.ts';

const CALM = `
duration: 30s
target: { embedded: {} }
tokens: { lifetime: 10m }
clients: { count: 50, arrive: { over: 1s }, heartbeat: { every: 2s, timeout: 500ms } }
`;

describe('a heartbeat in the model', () => {
  it.each(['0ms', '100ms', '249ms'])('is answered after a round trip, over a network of %s', async (latency) => {
    const { curves, counts } = await measuredIn(scenarioOf(CALM, `model.latency=${latency}`));
    expect(curves.total('stateReady')).toBe(50);
    expect(curves.total('attempts')).toBe(50);
    expect(counts.silent).toBe(0);
  });

  it('times out where a round trip exceeds its timeout', async () => {
    const { counts, losses } = await measuredIn(scenarioOf(CALM, 'model.latency=251ms'));
    expect(losses.get('silent')).toBeGreaterThan(50);
    expect(counts.silent).toBe(losses.get('silent'));
  });

  it('continues through renewals in band and by reconnecting', async () => {
    for (const renewal of ['in-band', 'reconnect']) {
      const sets = ['tokens.lifetime=5s', `tokens.renewal=${renewal}`, 'model.latency=20ms'];
      const { curves, counts } = await measuredIn(scenarioOf(CALM, ...sets));
      expect(curves.total('refreshed')).toBeGreaterThan(200);
      expect(curves.total('lostDropped')).toBe(0);
      expect(counts).toMatchObject({ silent: 0, unexpectedEvents: 0 });
    }
  });
});
