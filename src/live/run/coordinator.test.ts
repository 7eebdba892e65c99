import { expect, test, vi } from 'vitest';
import { COUNT_INDEX, SERIES_INDEX } from '../../core/metrics.ts';
import { Curves } from '../../metrics/curves.ts';
import type { RunListener } from '../../metrics/run.ts';
import { makeUnknown } from '../../metrics/unknown.ts';
import { sharedNowMs } from '../../metrics/wall-clock.ts';
import { smallScenario } from '../../testing/live-run.ts';
import { Aggregator, storesFor } from './aggregator.ts';
import { RunClock } from '../time/clock.ts';
import { EventLog } from './event-log.ts';
import { RunCoordinator, type RunCoordinatorParts } from './coordinator.ts';

const scenario = smallScenario(
  'duration=300ms',
  'clients.count=4',
  'clients.arrive.over=0s',
  'clients.connectTimeout=10ms',
  'generator.giveUpAfter=10ms',
);

const NO_LISTENER: RunListener = { onEvent: () => {}, onInterval: () => {} };

/**
 * Carries out a run of two workers, of whose clients none becomes ready.
 *
 * @param isLost whether the second worker is lost
 */
async function ended(isLost: boolean, listener = NO_LISTENER): Promise<string> {
  const stores = storesFor(scenario, 2);
  for (const { curves, counts } of stores) {
    new Curves(curves).add(SERIES_INDEX.stateConnecting, 0, 2);
    counts[COUNT_INDEX.clientsStarted] = 2;
  }
  if (isLost) makeUnknown(stores[1]!, 2, 0);
  const clock = new RunClock({ hrMs: sharedNowMs(), wallMs: 0 });
  const log = new EventLog(listener);
  log.begin(clock);
  const parts = {
    scenario,
    clock,
    log,
    listener,
    aggregator: new Aggregator(scenario, { stores, clients: 4, isWhole: false }),
  };
  const none = { target: null, keptUsers: null, shardRecords: null };
  const coordinator = new RunCoordinator({ ...parts, ...none } as unknown as RunCoordinatorParts);
  const never = new AbortController().signal;
  return coordinator.run(never, never);
}

test('a run in which nobody becomes ready is given up, unless clients are unknown, which may be ready', async () => {
  expect([await ended(false), await ended(true)]).toEqual(['aborted', 'completed']);
});

test.each([
  ['several times a second', {}, 2],
  ['no more often than it is needed', { progressEveryMs: 10_000 }, 1],
])('progress is reported %s', async (_, often, expected) => {
  const onProgress = vi.fn<NonNullable<RunListener['onProgress']>>();
  expect(await ended(true, { ...NO_LISTENER, ...often, onProgress })).toBe('completed');
  expect(onProgress).toHaveBeenCalledTimes(expected);
});
