/** Under any sequence of faults the counts agree and nothing hangs. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FaultTally } from '../core/fault/fault.ts';
import { Curves } from '../metrics/curves.ts';
import type { LedgerTotals } from '../metrics/measurements.ts';
import { createStore } from '../metrics/store.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import { randomFaultPlan } from './random-scenario.test.helper.ts';
import { Simulation } from './simulation.ts';

const PLANS = 250;
/** Most events per client and second of virtual time; the busiest of these have about 60. */
const MOST_EVENTS = 500;

describe(`${PLANS} random fault plans`, () => {
  const texts = fc.sample(randomFaultPlan, { numRuns: PLANS, seed: 4401 });

  it('end with a ledger and tallies that agree', () => {
    for (const text of texts) expect(flawsOf(text), text).toEqual([]);
  });

  it('contain every fault that virtual time supports', () => {
    const families = ['drop', 'refresh', 'handshake', 'link', 'clock', 'keys', 'session', 'gateway', 'age'];
    for (const family of families) expect(texts.some((text) => text.includes(`"${family}"`))).toBe(true);
  });
});

/** The disagreements at the end of a scenario. */
function flawsOf(text: string): readonly string[] {
  const scenario = parseScenario(text, 'random.yaml');
  const { durationMs, clients, faults } = scenario;
  const store = createStore(Curves.binsFor(durationMs), false);
  const simulation = new Simulation(scenario, store);
  const hangs = !simulation.advance(durationMs, Math.ceil((clients.count * MOST_EVENTS * durationMs) / 1000));
  simulation.windDown();
  const tallies = faults.map((_, index) => simulation.model.tallies.at(index));
  simulation.model.recorder.destroy();
  return [
    ...(hangs ? ['it does not end'] : []),
    ...(ledgerAgrees(simulation.model.ledger.totals(new Curves(store.curves))) ? [] : ['the ledger']),
    ...tallies.flatMap((tally, index) => (tallyAgrees(tally) ? [] : [`fault ${index}`])),
  ];
}

function ledgerAgrees(totals: Omit<LedgerTotals, 'unknown'>): boolean {
  const { due, skipped, waiting, sent, acknowledged, inFlight, gaveUp, lost, unexpected, duplicated } = totals;
  return (
    due === sent + skipped + waiting &&
    sent === acknowledged + lost! + unexpected! + inFlight &&
    gaveUp === lost! + unexpected! &&
    [acknowledged, lost!, unexpected!, inFlight, waiting, duplicated!].every((n) => n >= 0)
  );
}

function tallyAgrees({ planned, hit, missed }: FaultTally): boolean {
  return planned === Object.values(missed).reduce((sum, n) => sum + n, hit);
}
