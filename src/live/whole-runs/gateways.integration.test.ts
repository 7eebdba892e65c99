import { expect, test } from 'vitest';
import { gatewaysHit } from '../../core/fault/select.ts';
import { occurrencesOf } from '../../core/fault/occurrence.ts';
import { Draws } from '../../core/random/draws.ts';
import { duplicatesIn, failuresOf, liveRun, smallScenario } from '../../testing/live-run.ts';

const THREE = ['target.embedded.gateways=3', 'clients.count=60'];
/** A process that starts anew takes its time on a busy machine: these runs end when it has happened. */
const LONG = 'duration=60s';

/** Clients whose first connection was to one of the gateways that the first fault draws: they begin in turn. */
function clientsOfDrawn(scenario: ReturnType<typeof smallScenario>): number {
  const { seed, faults, durationMs, clients } = scenario;
  const [occurrence] = occurrencesOf(faults, durationMs);
  return gatewaysHit(new Draws(seed), occurrence!, 3).length * (clients.count / 3);
}

test('of three gateways one crashes: its clients alone lose their connections, and nobody dials it while it is down', async () => {
  const faults = 'faults=[{ at: 1s, for: 60s, share: 30%, gateway: crash }, { at: 2500ms, drop: { code: 1012 } }]';
  const scenario = smallScenario(...THREE, LONG, faults);
  const lost = clientsOfDrawn(scenario);
  const run = await liveRun(scenario, {
    until: ({ measurements: { curves } }) => curves.total('recovered') === lost + 60,
  });
  const { curves } = run.outcome.measurements;
  expect(run.outcome.faults).toMatchObject([
    { kind: 'gateway', planned: 1, hit: 1, missed: {} },
    { planned: 60, hit: 60, missed: {} },
  ]);
  expect(lost).toBe(20);
  expect(curves.total('lostDropped')).toBe(lost);
  expect(curves.total('recovered')).toBe(lost + 60);
  expect(curves.total('stateReady')).toBe(60);
  // Those of the crash may have dialled before they knew; it was out of rotation when all were dropped.
  expect(curves.values('attemptsFailed').slice(25)).toEqual(
    new Int32Array(curves.values('attemptsFailed').length - 25),
  );
  // A crash that was planned is no event of its own, and nothing that went wrong.
  expect(run.outcome.integrity).toEqual([]);
  expect(run.events.filter(({ kind }) => kind.startsWith('target'))).toEqual([]);
});

test('the last gateway is dialled even while it is replaced', async () => {
  const rolling = 'faults=[{ at: 1s, for: 1s, gateway: { rolling: { drain: 200ms } } }]';
  const run = await liveRun(smallScenario(LONG, rolling), {
    until: ({ measurements: { curves } }) => curves.total('attemptsFailed') > 0 && curves.total('stateReady') === 30,
  });
  expect(run.outcome.faults).toMatchObject([{ planned: 1, hit: 1 }]);
  expect(run.outcome.measurements.curves.total('stateReady')).toBe(30);
  expect(Object.keys(failuresOf(run, 'handshake'))).toContain('refused');
});

test('commands that are resent after a crash in which their ids were forgotten have their effect twice', async () => {
  const crash = 'faults=[{ at: 1s, for: 200ms, gateway: { crash: { memory: lost } } }]';
  const commands = 'clients.commands={ rate: 20/s, ackTimeout: 30s, onReconnect: resend }';
  // Acknowledgements that take longer than the crash: what was carried out shortly before it is sent again.
  const run = await liveRun(smallScenario(LONG, crash, commands, 'target.embedded.ackDelay=300ms'), {
    until: ({ measurements: { curves } }) => curves.total('recovered') === 30 && curves.total('resent') > 30,
  });
  expect(run.outcome.integrity).toEqual([]);
  const duplicates = duplicatesIn(run);
  const { curves, ledger } = run.outcome.measurements;
  expect(run.outcome.faults).toMatchObject([{ planned: 1, hit: 1 }]);
  expect(duplicates).toBeGreaterThan(0);
  expect(ledger.duplicated).toBe(duplicates);
  expect(curves.total('duplicated')).toBe(duplicates);
  expect(ledger.lost).toBe(0);
});

test('one memory of command ids serves all gateways: clients that resend to another one are recognised', async () => {
  const drops = 'faults=[{ at: 1s, every: 300ms, times: 5, drop: { code: 1012 } }]';
  const commands = 'clients.commands={ rate: 40/s, ackTimeout: 30s, onReconnect: resend }';
  const run = await liveRun(smallScenario(...THREE, LONG, drops, commands, 'target.embedded.ackDelay=50ms'), {
    until: ({ measurements: { curves } }) => curves.total('resent') > 300,
  });
  const { curves, ledger } = run.outcome.measurements;
  expect(curves.total('resent')).toBeGreaterThan(300);
  expect(ledger.duplicated).toBe(0);
  expect(duplicatesIn(run)).toBe(0);
  expect(ledger.lost).toBe(0);
});

test('each drawn client is planned once over all gateways, and missed once when it is connected to none', async () => {
  const faults = 'faults=[{ at: 1s, for: 1s, gateway: crash }, { at: 1300ms, drop: reset }]';
  const { outcome } = await liveRun(smallScenario(...THREE, LONG, faults), {
    until: ({ faults: [, drop] }) => drop !== undefined && drop.planned > 0,
  });
  expect(outcome.faults).toMatchObject([
    { planned: 3, hit: 3 },
    { planned: 60, hit: 0, missed: { 'not-connected': 60 } },
  ]);
});

test('a gateway that is down already cannot crash again', async () => {
  const crash = '{ at: 1s, for: 1s, gateway: crash }';
  const faults = `faults=[${crash}, { at: 1500ms, for: 100ms, gateway: crash }]`;
  const { outcome } = await liveRun(smallScenario(LONG, faults), {
    until: ({ faults: [, second] }) => second !== undefined && second.planned > 0,
  });
  expect(outcome.faults).toMatchObject([
    { planned: 1, hit: 1 },
    { planned: 1, hit: 0, missed: { down: 1 } },
  ]);
});

test('a run that ends in the middle of faults says which gateways they did not come to', async () => {
  const rolling = 'faults=[{ at: 1s, for: 6s, gateway: { rolling: { drain: 100ms } } }]';
  const { outcome } = await liveRun(smallScenario(...THREE, LONG, rolling), {
    until: ({ faults: [replaced] }) => replaced?.hit === 2,
  });
  expect(outcome.faults).toMatchObject([{ planned: 3, hit: 2, missed: { 'run-over': 1 } }]);
});

test('a cut of capacity to nothing makes those wait who come while it lasts, and serves them when it is over', async () => {
  const faults = 'faults=[{ at: 1s, for: 1s, gateway: { capacity: 0% } }, { at: 1200ms, drop: { code: 1012 } }]';
  const capacity = 'target.embedded.capacity={ handshakes: 1000/s }';
  const { outcome } = await liveRun(smallScenario(...THREE, LONG, capacity, faults), {
    until: ({ measurements: { curves } }) => curves.total('recovered') === 60,
  });
  const { curves, timings } = outcome.measurements;
  expect(outcome.faults).toMatchObject([{ planned: 3, hit: 3 }, { hit: 60 }]);
  expect(curves.total('stateReady')).toBe(60);
  // Dropped at 1.2 s and back on their way at once, they wait until 2 s, and nobody is let in before.
  expect(timings.handshake.maxMs).toBeGreaterThan(300);
  expect(curves.values('ready').slice(13, 19)).toEqual(new Int32Array(6));
});
