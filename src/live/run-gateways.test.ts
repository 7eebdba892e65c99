import { expect, test } from 'vitest';
import { gatewaysHit } from '../core/fault/select.ts';
import { occurrencesOf } from '../core/fault/occurrence.ts';
import { Draws } from '../core/random/draws.ts';
import { duplicatesIn, failuresOf, liveRun, smallScenario } from '../testing/live-run.ts';

const THREE = ['target.embedded.gateways=3', 'clients.count=60'];

/** Clients whose first connection was to one of the gateways that the first fault draws: they begin in turn. */
function clientsOfDrawn(scenario: ReturnType<typeof smallScenario>): number {
  const { seed, faults, durationMs, clients } = scenario;
  const [occurrence] = occurrencesOf(faults, durationMs);
  return gatewaysHit(new Draws(seed), occurrence!, 3).length * (clients.count / 3);
}

test('of three gateways one crashes: its clients alone lose their connections, and find the others', async () => {
  const scenario = smallScenario(...THREE, 'duration=3s', 'faults=[{ at: 1s, for: 1s, share: 30%, gateway: crash }]');
  const run = await liveRun(scenario);
  const { curves } = run.outcome.measurements;
  expect(run.outcome.faults).toMatchObject([{ kind: 'gateway', planned: 1, hit: 1, missed: {} }]);
  const lost = clientsOfDrawn(scenario);
  expect(lost).toBe(20);
  expect(curves.total('lostDropped')).toBe(lost);
  expect(curves.total('recovered')).toBe(lost);
  expect(curves.total('stateReady')).toBe(60);
  // It was out of rotation until it was back.
  expect(failuresOf(run, 'handshake')).not.toHaveProperty('timeout');
  // A crash that was planned is no event of its own, and nothing that went wrong.
  expect(run.outcome.integrity).toEqual([]);
  expect(run.events.filter(({ kind }) => kind.startsWith('target'))).toEqual([]);
});

test('gateways that are replaced one after the other close their connections, and refuse nobody', async () => {
  const rolling = 'faults=[{ at: 1s, for: 3s, gateway: { rolling: { drain: 300ms } } }]';
  const run = await liveRun(smallScenario(...THREE, 'duration=5s', rolling));
  const { curves } = run.outcome.measurements;
  expect(run.outcome.faults).toMatchObject([{ planned: 3, hit: 3, missed: {} }]);
  expect(failuresOf(run, 'handshake')).toEqual({});
  expect(run.outcome.integrity).toEqual([]);
  expect(curves.total('lostClosed')).toBeGreaterThanOrEqual(60);
  expect(curves.total('lostDropped')).toBe(0);
  expect(curves.total('recovered')).toBe(curves.total('lostClosed'));
  expect(curves.total('stateReady')).toBe(60);
});

test('the last gateway is dialled even while it is replaced', async () => {
  const rolling = 'faults=[{ at: 1s, for: 1s, gateway: { rolling: { drain: 200ms } } }]';
  const { outcome } = await liveRun(smallScenario('duration=3s', rolling));
  expect(outcome.faults).toMatchObject([{ planned: 1, hit: 1 }]);
  expect(outcome.measurements.curves.total('stateReady')).toBe(30);
});

test.each([
  ['kept', 0, 0],
  ['lost', 1, Infinity],
])(
  'with the memory of command ids %s over a crash, of the commands that are resent at least %i has its effect twice, and at most %d',
  async (memory, least, most) => {
    const crash = `faults=[{ at: 1s, for: 200ms, gateway: { crash: { memory: ${memory} } } }]`;
    const commands = 'clients.commands={ rate: 20/s, ackTimeout: 2s, onReconnect: resend }';
    // Acknowledgements that take longer than the crash: what was carried out shortly before it is sent again.
    const run = await liveRun(smallScenario('duration=3s', crash, commands, 'target.embedded.ackDelay=300ms'));
    expect(run.outcome.integrity).toEqual([]);
    const duplicates = duplicatesIn(run);
    const { curves, ledger } = run.outcome.measurements;
    expect(run.outcome.faults).toMatchObject([{ planned: 1, hit: 1 }]);
    expect(curves.total('resent')).toBeGreaterThan(0);
    expect(duplicates).toBeGreaterThanOrEqual(least);
    expect(duplicates).toBeLessThanOrEqual(most);
    expect(ledger.duplicated).toBe(duplicates);
    expect(curves.total('duplicated')).toBe(duplicates);
    expect(ledger.lost).toBe(0);
  },
);

test('one memory of command ids serves all gateways: whoever resends to another one is recognised', async () => {
  const drops = 'faults=[{ at: 1s, every: 300ms, times: 5, drop: { code: 1012 } }]';
  const commands = 'clients.commands={ rate: 40/s, ackTimeout: 2s, onReconnect: resend }';
  const run = await liveRun(smallScenario(...THREE, 'duration=4s', drops, commands, 'target.embedded.ackDelay=50ms'));
  const { curves, ledger } = run.outcome.measurements;
  expect(curves.total('resent')).toBeGreaterThan(100);
  expect(ledger.duplicated).toBe(0);
  expect(duplicatesIn(run)).toBe(0);
  expect(ledger.lost).toBe(0);
});

test('each drawn client is planned once over all gateways, and missed once when it is connected to none', async () => {
  const faults = 'faults=[{ at: 1s, for: 1s, gateway: crash }, { at: 1300ms, drop: reset }, { at: 5s, drop: reset }]';
  const { outcome } = await liveRun(smallScenario(...THREE, 'duration=6s', faults));
  expect(outcome.faults).toMatchObject([
    { planned: 3, hit: 3 },
    { planned: 60, hit: 0, missed: { 'not-connected': 60 } },
    { planned: 60, hit: 60, missed: {} },
  ]);
});

test('a gateway that is down already cannot crash again', async () => {
  const crash = '{ at: 1s, for: 1s, gateway: crash }';
  const { outcome } = await liveRun(
    smallScenario('duration=3s', `faults=[${crash}, { at: 1500ms, for: 100ms, gateway: crash }]`),
  );
  expect(outcome.faults).toMatchObject([
    { planned: 1, hit: 1 },
    { planned: 1, hit: 0, missed: { down: 1 } },
  ]);
});

test('a run that ends in the middle of faults says which gateways they did not come to', async () => {
  const rolling = 'faults=[{ at: 1s, for: 6s, gateway: { rolling: { drain: 100ms } } }]';
  const { outcome } = await liveRun(smallScenario(...THREE, 'duration=4s', rolling));
  expect(outcome.faults).toMatchObject([{ planned: 3, hit: 2, missed: { 'run-over': 1 } }]);
});

test('a cut of capacity to nothing makes those wait who come while it lasts, and serves them when it is over', async () => {
  const faults = 'faults=[{ at: 1s, for: 1s, gateway: { capacity: 0% } }, { at: 1200ms, drop: { code: 1012 } }]';
  const capacity = 'target.embedded.capacity={ handshakes: 1000/s }';
  const { outcome } = await liveRun(smallScenario(...THREE, 'duration=4s', capacity, faults));
  const { curves, timings } = outcome.measurements;
  expect(outcome.faults).toMatchObject([{ planned: 3, hit: 3 }, { hit: 60 }]);
  expect(curves.total('stateReady')).toBe(60);
  // Dropped at 1.2 s and back on their way at once, they wait until 2 s, and nobody is let in before.
  expect(timings.handshake.maxMs).toBeGreaterThan(300);
  expect(curves.values('ready').slice(13, 19)).toEqual(new Int32Array(6));
});
