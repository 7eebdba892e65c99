import { describe, expect, it } from 'vitest';
import { NETWORK } from '../core/signal.ts';
import { STATE } from '../core/client/states.ts';
import { mono } from '../core/time/instant.ts';
import { COUNT_INDEX, type CountName, type SeriesName, type TimingName } from '../core/metrics.ts';
import { Lateness } from './lateness.ts';
import { measure } from './measure.ts';
import { NOTHING_REPORTED } from './measurements.ts';
import { runningLedger } from './ledger.ts';
import { Recorder } from './recorder.ts';
import { createStore } from './store.ts';
import { emptyTimings } from './timings.ts';
import { viewsOf } from './views.ts';

const ledger = (curves: Parameters<typeof runningLedger>[0]) => runningLedger(curves, null);

/** A recorder of two clients, whose events are late by hand. */
function rig() {
  const store = createStore(100, false, true);
  const late = new Lateness(2);
  const recorder = new Recorder(store, null, late);
  const views = () => {
    const timings = emptyTimings();
    recorder.takeInterval(timings);
    const parts = { elapsedMs: 10_000, planned: 2, stores: [store], timings, reported: NOTHING_REPORTED, ledger };
    const { offered, intended } = viewsOf(measure(parts));
    const both = [offered, intended!];
    return {
      /** bins of the events of a series in each view */
      bins: (name: SeriesName) =>
        both.map(({ curves }) => [...curves.values(name)].flatMap((n, bin) => Array<number>(Math.max(0, n)).fill(bin))),
      /** a count in each view */
      counts: (name: CountName) => both.map(({ counts }) => counts[name]),
      /** the longest latency in each view, ms */
      longest: (name: TimingName) => both.map((view) => Math.round(view.timings[name].maxMs ?? NaN)),
    };
  };
  return { late, recorder, views };
}

const at = mono;

describe('the lateness of a client', () => {
  it('may be the cause of time on an expired token, where a token was asked for late, and is not where nothing was', () => {
    const { late, recorder, views } = rig();
    // Renewed on time, as the server let it: all of the exposure is the target's.
    late.ofToken(0, 0, at(1000));
    recorder.refresh(at(1000), at(1000));
    late.ofConnection(0, 0, at(1500));
    recorder.count(COUNT_INDEX.exposureMs, 400);
    // The next token is asked for 700 ms late, and its connection is renewed 200 ms after that.
    late.ofToken(1, 700, at(4700));
    recorder.refresh(at(4700), at(4000));
    late.ofConnection(1, 0, at(4900));
    recorder.count(COUNT_INDEX.exposureMs, 500);
    expect(views().counts('exposureMs')).toEqual([900, 400]);
  });

  it('is carried from a loss that was read late to the attempt after it, and to its end', () => {
    const { late, recorder, views } = rig();
    late.ofConnection(0, 0, at(500));
    recorder.attempt(at(500), at(500), true);
    recorder.ready(at(550), at(500), at(NaN));
    // The close came at 3000, and is read at 4200; the retry after 1 s rings 300 ms late, and its answer is read 100 ms late.
    late.ofConnection(0, 1200, at(4200));
    recorder.lost(at(4200), 1012, false);
    late.ofConnection(0, 300, at(5500));
    recorder.attempt(at(5500), at(5200), false);
    late.ofConnection(0, 100, at(5700));
    recorder.ready(at(5700), at(5200), at(4200));
    // A later event of the ready connection is on time again.
    late.ofConnection(0, 0, at(9000));
    recorder.lost(at(9000), 1012, false);

    const { bins, longest } = views();
    expect(bins('lostClosed')).toEqual([
      [42, 90],
      [30, 90],
    ]);
    expect(bins('attempts')).toEqual([
      [5, 55],
      [5, 40],
    ]);
    expect(bins('recovered')).toEqual([[57], [41]]);
    // From when the close came at the earliest. At the other end, the attempt may have waited 1500 ms behind others as late.
    expect(longest('recovery')[0]).toBeCloseTo(2700, -1);
    expect(longest('recovery')[1]).toBeCloseTo(0, -1);
    expect(longest('handshake')[0]).toBeCloseTo(1700, -1);
    // The arrival has the longest one that is left.
    expect(longest('handshake')[1]).toBeCloseTo(50, -1);
  });

  it('is carried through failed attempts', () => {
    const { late, recorder, views } = rig();
    for (const now of [1000, 3000, 5000]) {
      late.ofConnection(0, 400, at(now));
      recorder.attempt(at(now), at(now - 400), now === 1000);
      late.ofConnection(0, 0, at(now + 50));
      recorder.attemptFailed(at(now + 50), NETWORK.refused);
    }
    expect(views().bins('attempts')).toEqual([
      [10, 30, 50],
      [6, 22, 38],
    ]);
  });

  it('is carried from a late refresh to the reconnect with its token, which then begins anew', () => {
    const { late, recorder, views } = rig();
    late.ofToken(0, 2000, at(5000));
    late.asksForToken(0);
    recorder.refresh(at(5000), at(3000));
    late.ofToken(0, 10, at(5100), true);
    recorder.refreshed(at(5100), at(3000));
    recorder.attempt(at(5100), at(5100), false);
    late.ofToken(0, 0, at(8000));
    recorder.refresh(at(8000), at(8000));
    const { bins, longest } = views();
    expect(bins('refreshes')).toEqual([
      [50, 80],
      [30, 80],
    ]);
    expect(bins('attempts')).toEqual([[51], [30]]);
    expect(longest('refresh')[0]).toBeCloseTo(2100, -1);
    expect(longest('refresh')[1]).toBeCloseTo(90, -1);
  });

  it('of a command is that of its sending and of reading its acknowledgement', () => {
    const { late, recorder, views } = rig();
    late.ofCommand(0, 1500, at(3500));
    recorder.sent(0, 0, at(3500), false, at(2000));
    late.ofConnection(0, 200, at(3800));
    recorder.acknowledged(0, 0, at(3800), at(2000));
    const { bins, longest } = views();
    expect(bins('sent')).toEqual([[35], [20]]);
    expect(bins('acknowledged')).toEqual([[38], [21]]);
    expect(longest('command')[0]).toBeCloseTo(1800, -1);
    expect(longest('command')[1]).toBeCloseTo(100, -1);
  });

  it('moves no command that waited for its connection to before it was due', () => {
    const { late, recorder, views } = rig();
    late.ofConnection(0, 2000, at(5000));
    recorder.sent(0, 0, at(5000), false, at(4700));
    expect(views().bins('sent')).toEqual([[50], [47]]);
  });

  it('puts no change of state before the one that came earlier', () => {
    const { late, recorder, views } = rig();
    recorder.populated(1);
    late.ofConnection(0, 0, at(1000));
    recorder.moved(STATE.idle, STATE.ready, at(1000));
    late.ofConnection(0, 1500, at(1200));
    recorder.moved(STATE.ready, STATE.waiting, at(1200));
    expect(views().bins('stateWaiting')).toEqual([[12], [10]]);
  });

  it('lets what is on time wait behind a wave of late attempts for as long as they are late, and for a second', () => {
    const { late, recorder, views } = rig();
    late.ofConnection(0, 600, at(2000));
    recorder.attempt(at(2000), at(1400), true);
    late.ofConnection(1, 0, at(2100));
    recorder.attempt(at(2100), at(2100), true);
    late.ofConnection(1, 0, at(2400));
    recorder.ready(at(2400), at(2100), at(NaN));
    const { longest } = views();
    expect(longest('handshake')[0]).toBeCloseTo(300, -1);
    expect(longest('handshake')[1]).toBe(0);
  });
});
