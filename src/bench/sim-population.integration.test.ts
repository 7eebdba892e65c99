import { describe, expect, it } from 'vitest';
import { start } from './child.ts';
import { isPopulationCost } from './population-cost.ts';

/** The built one: it is a process of its own. */
const ENTRY = new URL('../../dist/bench/sim-population.js', import.meta.url);

describe('a population of the bench', () => {
  it('simulates ten minutes with a storm, and reports its cost', async () => {
    const { process, message } = await start(ENTRY, ['1000'], isPopulationCost);
    process.disconnect();
    expect(message.clients).toBe(1000);
    // Each arrives, is dropped, comes back and renews: three connections in three events each at the least.
    expect(message.events).toBeGreaterThan(9 * 1000);
    expect(message.seconds).toBeGreaterThan(0);
    expect(message.megabytes).toBeGreaterThan(10);
  });
});
