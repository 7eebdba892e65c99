import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ALARM, alarmOf } from '../core/client/context.ts';
import { EventQueue } from '../core/time/event-queue.ts';
import { Curves } from '../metrics/curves.ts';
import { createStore, type RecorderStore } from '../metrics/store.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import { scenarioOf } from '../testing/simulated.ts';
import { randomFaultPlan, randomScenario } from './random-scenario.test.helper.ts';
import { Simulation } from './simulation.ts';

const SATURATED = `
duration: 8s
target: { embedded: { capacity: { handshakes: 20/s, queue: 5, refreshes: 40/s, refreshQueue: 5 } } }
tokens: { lifetime: 6s, issued: spread, refresh: { lead: 1s, jitter: { uniform: 1s } } }
clients: { count: 300, arrive: { over: 1s }, backoff: { base: 500ms, factor: 2, cap: 2s, jitter: full } }
`;

const CASES: Readonly<Record<string, readonly string[]>> = {
  'a full line': ['model.latency=20ms'],
  'a full line without latency': [],
  'latency that varies': ['model.latency={ mean: 20ms, sd: 5ms }'],
  'a Retry-After that is heeded': ['model.latency=33.3ms', 'clients.backoff.retryAfter=heed'],
  'two gateways': ['model.latency=20ms', 'target.embedded.gateways=2'],
  'attempts that are repeated at once': ['model.latency=20ms', 'clients.closeCodes={ 503: retry-now }'],
  'a limit of connections': ['model.latency=20ms', 'model.connections=40'],
  'attempts that time out': ['model.latency=20ms', 'clients.connectTimeout=100ms'],
  'commands that wait': ['model.latency=20ms', 'clients.commands={ rate: 1/s, ackTimeout: 1s }'],
  'bad tokens': ['model.latency=20ms', 'clients.clockSkew=-3s', 'target.embedded.capacity.queue=unlimited'],
  'a fault that answers 503': ['model.latency=20ms', 'faults=[{ at: 3s, for: 2s, handshake: { status: 503 } }]'],
  'a gateway that crashes': ['model.latency=20ms', 'faults=[{ at: 3s, for: 1s, gateway: crash }]'],
};

/** Everything that is recorded, second by second. */
function recorded(sets: readonly string[], early: boolean) {
  return recordedIn(scenarioOf(SATURATED, ...sets), early);
}

function recordedIn(scenario: Scenario, early: boolean) {
  const store: RecorderStore = createStore(Curves.binsFor(scenario.durationMs), false);
  const simulation = new Simulation(scenario, store);
  // Sums that may be read at any time leave no room for an early end.
  if (!early) simulation.model.outlook.readAt = () => {};
  const seconds: unknown[] = [];
  for (let beganMs = 0; beganMs < scenario.durationMs; beganMs += 1000) {
    const toMs = Math.min(scenario.durationMs, beganMs + 1000);
    try {
      while (!simulation.advance(toMs, 1e6));
    } catch (error) {
      // A retry that takes no time may lead to the same again and again.
      seconds.push(String(error));
      break;
    }
    const histograms = simulation.model.recorder.takeInterval();
    const curves = Buffer.from(store.curves).toString('base64');
    seconds.push([curves, [...store.counts], [...store.failures].filter((n) => n > 0), histograms, simulation.events]);
  }
  simulation.model.recorder.destroy();
  return { seconds, taken: simulation.model.outlook.taken };
}

describe('arrivals of requests and ends of attempts that are handled early', () => {
  it.each(Object.entries(CASES))('change nothing that is recorded: %s', (_title, sets) => {
    const early = recorded(sets, true);
    const inTurn = recorded(sets, false);
    expect(inTurn.taken).toBe(0);
    expect(early.taken).toBeGreaterThan(0);
    expect(early.seconds).toEqual(inTurn.seconds);
  });

  it('change nothing that is recorded in random scenarios', () => {
    let taken = 0;
    const differs = fc.property(fc.oneof(randomScenario, randomFaultPlan), (text) => {
      const scenario = parseScenario(text, 'random.yaml');
      const early = recordedIn(scenario, true);
      taken += early.taken;
      expect(early.seconds).toEqual(recordedIn(scenario, false).seconds);
    });
    fc.assert(differs, { numRuns: 30 });
    expect(taken).toBeGreaterThan(0);
  });

  it('leave no event but the dial where the line is full', () => {
    const { taken, seconds } = recorded(CASES['a full line']!, true);
    const [, , failures] = seconds.at(-1) as [string, number[], number[]];
    const refused = Math.max(...failures);
    expect(refused).toBeGreaterThan(1000);
    expect(taken).toBeGreaterThan(1.9 * refused);
  });
});

const mains = (slots: readonly number[]) => slots.filter((slot) => alarmOf(slot) === ALARM.main);

/** Cases in which connect time-outs ring, or go on when the connection opens. */
const TIME_OUT_CASES: Readonly<Record<string, readonly string[]>> = {
  ...CASES,
  'a long line': ['target.embedded.capacity.queue=unlimited', 'clients.connectTimeout=1500ms'],
  'a network that loses requests': ['model.latency=20ms', 'model.loss=20%', 'clients.connectTimeout=300ms'],
  'requests that take longer than the time-out': ['model.latency=100ms', 'clients.connectTimeout=300ms'],
  'answers that take longer than the time-out': ['model.latency=90ms', 'clients.connectTimeout=300ms'],
  'tokens in the first message': [
    'model.latency=40ms',
    'tokens.carrier=message',
    'clients.connectTimeout=200ms',
    'target.embedded.capacity.queue=unlimited',
  ],
  'a network that falls silent': ['model.latency=20ms', 'faults=[{ at: 2s, for: 2s, link: silent }]'],
};

describe('connect time-outs that have no entry in the queue until an attempt may outlast them', () => {
  afterEach(() => vi.restoreAllMocks());

  it.each(Object.entries(TIME_OUT_CASES))('change nothing that is recorded: %s', (_title, sets) => {
    const deferred = recorded(sets, true);
    vi.spyOn(EventQueue.prototype, 'note').mockImplementation(function (this: EventQueue, slot, at) {
      this.set(slot, at);
    });
    expect(deferred.seconds).toEqual(recorded(sets, true).seconds);
  });

  it('change nothing that is recorded in random scenarios', () => {
    const differs = fc.property(fc.oneof(randomScenario, randomFaultPlan), (text) => {
      const scenario = parseScenario(text, 'random.yaml');
      const deferred = recordedIn(scenario, true);
      const note = vi.spyOn(EventQueue.prototype, 'note').mockImplementation(function (this: EventQueue, slot, at) {
        this.set(slot, at);
      });
      expect(deferred.seconds).toEqual(recordedIn(scenario, true).seconds);
      note.mockRestore();
    });
    fc.assert(differs, { numRuns: 30 });
  });

  it('never enter it where the line is full', () => {
    const note = vi.spyOn(EventQueue.prototype, 'note');
    const enter = vi.spyOn(EventQueue.prototype, 'enter');
    recorded(CASES['a full line']!, true);
    expect(mains(note.mock.calls.map(([slot]) => slot))).not.toHaveLength(0);
    expect(mains(enter.mock.calls.map(([slot]) => slot))).toHaveLength(0);
  });
});
