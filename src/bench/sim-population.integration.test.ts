import { describe, expect, it } from 'vitest';
import { start } from './child.ts';
import { isPopulationCost } from './population-cost.ts';

/** The compiled module, since it runs in its own process. */
const ENTRY = new URL('../../dist/bench/sim-population.js', import.meta.url);

describe('a population of the bench', () => {
  it('simulates ten minutes with a storm, and reports its cost', async () => {
    const { process, message } = await start(ENTRY, ['1000', 'storm'], isPopulationCost);
    process.disconnect();
    expect(message.clients).toBe(1000);
    // Each client arrives, is dropped, returns and renews: at least three connections with three events each.
    expect(message.events).toBeGreaterThan(9 * 1000);
    expect(message.seconds).toBeGreaterThan(0);
    expect(message.megabytes).toBeGreaterThan(10);
  });

  it('simulates a saturated minute, in which nearly all attempts are refused', async () => {
    const { process, message } = await start(ENTRY, ['1000', 'runaway'], isPopulationCost);
    process.disconnect();
    // Each client tries every 5 s or so.
    expect(message.refused).toBeGreaterThan(9 * 1000);
    expect(message.events).toBeGreaterThan(3 * message.refused);
    expect(message.cpuSeconds).toBeGreaterThan(0);
  });
});
