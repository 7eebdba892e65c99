/** Whatever faults come upon a population one after the other: the accounts agree, and nothing hangs. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Curves } from '../metrics/curves.ts';
import { createStore } from '../metrics/store.ts';
import { parseScenario } from '../scenario/load.ts';
import { randomTimetable } from './random-scenario.test.helper.ts';
import { Simulation } from './simulation.ts';

const TIMETABLES = 1000;
/** For each client and second of virtual time; the busiest of these do some 60. */
const MOST_EVENTS = 500;

describe(`${TIMETABLES} random timetables of faults`, () => {
  const texts = fc.sample(randomTimetable, { numRuns: TIMETABLES, seed: 4401 });

  it('end, with a ledger and with tallies that agree', () => {
    for (const text of texts) endsWell(text);
  });

  it('hold every fault that has a meaning in virtual time', () => {
    const families = ['drop', 'refresh', 'handshake', 'link', 'clock', 'keys', 'session', 'gateway'];
    for (const family of families) expect(texts.some((text) => text.includes(`"${family}"`))).toBe(true);
  });
});

function endsWell(text: string): void {
  const scenario = parseScenario(text, 'random.yaml');
  const { durationMs, clients, faults } = scenario;
  const store = createStore(Curves.binsFor(durationMs), false);
  const simulation = new Simulation(scenario, store);
  const most = Math.ceil((clients.count * MOST_EVENTS * durationMs) / 1000);
  expect(simulation.advance(durationMs, most), text).toBe(true);
  simulation.windDown();
  const { sent, acknowledged, lost, unexpected, inFlight, gaveUp, duplicated } = simulation.commands.totals();
  expect(acknowledged + lost! + unexpected! + inFlight, text).toBe(sent);
  expect(Math.min(acknowledged, lost!, unexpected!, inFlight, duplicated!), text).toBeGreaterThanOrEqual(0);
  expect(lost! + unexpected!, text).toBe(gaveUp);
  for (const [index] of faults.entries()) {
    const { planned, hit, missed } = simulation.faults.tally(index);
    const misses = Object.values(missed).reduce((sum, n) => sum + n, 0);
    expect(hit + misses, `${text}, fault ${index}`).toBe(planned);
  }
  simulation.recorder.destroy();
}
