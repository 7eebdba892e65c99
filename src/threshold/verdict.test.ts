import { describe, expect, it } from 'vitest';
import type { FaultTally } from '../core/fault/fault.ts';
import { outcomeOf, type FaultOutcome } from '../core/fault/outcome.ts';
import { AT_ONCE } from '../core/fault/planned.test.helper.ts';
import { measured } from '../testing/measured.ts';
import type { GeneratorHealth, IntegrityIssue } from '../metrics/run.ts';
import type { Evaluation } from './evaluate.ts';
import { verdict, type VerdictInputs } from './verdict.ts';

const healthy: GeneratorHealth = {
  workers: 2,
  latenessP99Ms: 1,
  loopDelayP99Ms: 1,
  cpuSeconds: 1,
  rssBytes: 1,
  droppedStarts: 0,
  saturated: false,
  reasons: [],
  targetStarved: 0,
  unbounded: false,
};
const saturated: GeneratorHealth = {
  ...healthy,
  saturated: true,
  reasons: ['lateness p99 was 80 ms'],
  unbounded: false,
};

const heldBack: GeneratorHealth = { ...saturated, unbounded: true };

const held: Evaluation = { expression: 'duplicated == 0', value: 0, ok: true, text: '0', intended: null, open: null };
const broken: Evaluation = { expression: 'lost == 0', value: 2, ok: false, text: '2', intended: null, open: null };
const byMiss: Evaluation = {
  expression: 'peak(lost) < 90/s',
  value: null,
  intended: null,
  ok: null,
  text: '85/s',
  open: { why: 'missed', clients: null },
};
const byLateness: Evaluation = {
  expression: 'peak(attempts) < 90/s',
  value: null,
  intended: 120,
  ok: null,
  text: '120/s intended, 80/s offered',
  open: { why: 'generator', clients: 25 },
};
const LATENESS_KNOWN = measured({ elapsedMs: 1000, late: [] });
const empty: Evaluation = {
  expression: 'p99(command) < 1s',
  value: null,
  ok: null,
  text: 'no data',
  intended: null,
  open: null,
};

/** A drop at 5 s with its planned and actual hits. */
function fault(planned: number, hit: number, atLeast = 1, missed: FaultTally['missed'] = {}): FaultOutcome {
  const drop = { ...AT_ONCE, kind: 'drop', atMs: 5000, atLeast, mode: { kind: 'reset' } } as const;
  return outcomeOf(drop, 10_000, { planned, hit, missed });
}

function byHand(planned: number, hit: number): FaultOutcome {
  return { ...fault(planned, hit), injected: true };
}

const died: IntegrityIssue = { kind: 'process-died', atMs: 3000, text: 'the gateway died' };

const lost: IntegrityIssue = { kind: 'shard-lost', atMs: 3000, text: 'shard 1 of 2 was lost' };
const stopped: IntegrityIssue = { kind: 'stopped-on-loss', atMs: 3000, text: 'the run was ended because of it' };
const byLoss: Evaluation = { ...byMiss, open: { why: 'lost', clients: null } };

const inputs: VerdictInputs = {
  thresholds: [held],
  generator: healthy,
  faults: [fault(100, 100)],
  ended: 'completed',
  unreachable: false,
  target: 'ws://host/',
  integrity: [],
};

describe('verdict', () => {
  it.each<[Partial<VerdictInputs>, string, number]>([
    [{}, 'pass', 0],
    [{ thresholds: [], faults: [] }, 'pass', 0],
    [{ faults: [fault(100, 99)] }, 'pass', 0],
    [{ faults: [fault(100, 99)], thresholds: [held, byMiss] }, 'inconclusive', 3],
    [{ faults: [fault(100, 99)], thresholds: [broken, byMiss] }, 'fail', 1],
    [{ faults: [fault(100, 99)], thresholds: [] }, 'inconclusive', 3],
    [{ faults: [fault(100, 90, 0.9)] }, 'pass', 0],
    [{ faults: [fault(100, 89, 0.9)], thresholds: [] }, 'inconclusive', 3],
    [{ faults: [fault(100, 0, 0)] }, 'pass', 0],
    [{ faults: [fault(100, 0)] }, 'inconclusive', 3],
    [{ faults: [{ ...fault(3, 2), hitsOneClient: false }] }, 'inconclusive', 3],
    [{ faults: [fault(0, 0)] }, 'inconclusive', 3],
    [{ faults: [fault(0, 0, 0.5)] }, 'inconclusive', 3],
    [{ faults: [fault(100, 100), fault(100, 99)], thresholds: [] }, 'inconclusive', 3],
    [{ faults: [byHand(100, 40)] }, 'pass', 0],
    [{ faults: [byHand(0, 0)] }, 'pass', 0],
    [{ faults: [byHand(100, 40)], thresholds: [broken, broken] }, 'fail', 1],
    [{ faults: [byHand(100, 40), fault(100, 99)], thresholds: [] }, 'inconclusive', 3],
    [{ thresholds: [held, empty] }, 'inconclusive', 3],
    [{ thresholds: [held, broken] }, 'fail', 1],
    [{ thresholds: [broken, empty] }, 'fail', 1],
    [{ thresholds: [broken, empty], faults: [fault(100, 0)] }, 'inconclusive', 3],
    [{ thresholds: [broken, empty], faults: [fault(100, 40)] }, 'fail', 1],
    [{ thresholds: [broken], faults: [fault(0, 0)] }, 'inconclusive', 3],
    [{ ended: 'aborted' }, 'fail', 1],
    [{ ended: 'aborted', faults: [fault(0, 0)], thresholds: [broken] }, 'fail', 1],
    [{ generator: saturated }, 'inconclusive', 3],
    [{ generator: saturated, thresholds: [broken] }, 'inconclusive', 3],
    [{ generator: saturated, measurements: LATENESS_KNOWN }, 'pass', 0],
    [{ generator: saturated, measurements: LATENESS_KNOWN, thresholds: [] }, 'inconclusive', 3],
    [{ generator: saturated, measurements: LATENESS_KNOWN, thresholds: [broken, byLateness] }, 'fail', 1],
    [{ measurements: LATENESS_KNOWN, thresholds: [held, byLateness] }, 'inconclusive', 3],
    [{ generator: heldBack, measurements: LATENESS_KNOWN }, 'inconclusive', 3],
    [{ generator: heldBack, measurements: LATENESS_KNOWN, thresholds: [broken] }, 'inconclusive', 3],
    [{ generator: saturated, ended: 'aborted' }, 'inconclusive', 3],
    [{ integrity: [died] }, 'inconclusive', 3],
    [{ integrity: [died], thresholds: [broken] }, 'inconclusive', 3],
    [{ integrity: [died], unreachable: true }, 'inconclusive', 4],
    [{ integrity: [died], ended: 'interrupted' }, 'inconclusive', 130],
    [{ integrity: [lost] }, 'inconclusive', 3],
    [{ integrity: [lost], thresholds: [held, byLoss] }, 'inconclusive', 3],
    [{ integrity: [lost], thresholds: [broken, byLoss] }, 'fail', 1],
    [{ integrity: [lost, died], thresholds: [broken, byLoss] }, 'inconclusive', 3],
    [{ integrity: [lost], thresholds: [broken], generator: saturated }, 'inconclusive', 3],
    [{ integrity: [lost], ended: 'aborted' }, 'inconclusive', 3],
    [{ integrity: [lost], ended: 'aborted', thresholds: [broken] }, 'fail', 1],
    [{ integrity: [lost, stopped], ended: 'aborted' }, 'inconclusive', 3],
    [{ integrity: [lost], ended: 'interrupted', thresholds: [broken] }, 'inconclusive', 130],
    [{ unreachable: true }, 'inconclusive', 4],
    [{ unreachable: true, generator: saturated, thresholds: [broken] }, 'inconclusive', 4],
    [{ ended: 'interrupted' }, 'inconclusive', 130],
    [{ ended: 'interrupted', unreachable: true, thresholds: [broken] }, 'inconclusive', 130],
  ])('on %o is %s with exit code %i', (change, is, exitCode) => {
    const result = verdict({ ...inputs, ...change });
    expect(result).toMatchObject({ verdict: is, exitCode });
    expect(result.reasons.length === 0).toBe(is === 'pass');
  });

  it('names the first issues of a kind, and counts the rest', () => {
    const deaths = Array.from({ length: 7 }, (_, n) => ({ ...died, text: `death ${n + 1}` }));
    const stepped = { kind: 'clock-stepped', atMs: 1, text: 'the clock stepped' } as const;
    expect(verdict({ ...inputs, integrity: [stepped, ...deaths] }).reasons).toEqual([
      'death 1',
      'death 2',
      'death 3',
      'death 4',
      'death 5',
      'and 2 more issues of kind process-died',
      'the clock stepped',
    ]);
  });

  it('does not blame a threshold where a loss ended the run', () => {
    const { reasons } = verdict({ ...inputs, integrity: [lost, stopped], ended: 'aborted' });
    expect(reasons).toEqual([lost.text, stopped.text]);
  });

  it('gives every reason, the deciding one first', () => {
    const { reasons } = verdict({
      ...inputs,
      generator: saturated,
      thresholds: [held, empty, broken, byMiss, byLateness],
      faults: [
        fault(100, 40, 1, { 'not-connected': 50, stopped: 10 }),
        fault(1000, 500, 0.925, { 'run-over': 500 }),
        fault(0, 0),
      ],
    });
    expect(reasons).toEqual([
      'the generator was saturated: lateness p99 was 80 ms',
      'the fault `drop reset` at 5 s met nobody',
      'lost == 0: 2',
      'the fault `drop reset` at 5 s hit 40 of 100 (50 not-connected, 10 stopped)',
      'the fault `drop reset` at 5 s hit 500 of 1000 (500 run-over), at least 92.5% were needed',
      'p99(command) < 1s: no data',
      'peak(lost) < 90/s: 85/s; the clients that were missed could have changed the outcome',
      "peak(attempts) < 90/s: 120/s intended, 80/s offered; squall's own lateness leaves the outcome open, and this machine would have decided it with about 25 clients",
    ]);
  });

  describe('on an embedded target that other work kept from its cores', () => {
    const starved = { ...healthy, targetStarved: 0.62 };
    const why =
      'other work on this machine took the cores of the embedded target, which waited for one for 62 % of two seconds, ' +
      'and a threshold may have failed because of that';

    it('is inconclusive where a threshold failed', () => {
      expect(verdict({ ...inputs, generator: starved, thresholds: [held, broken] })).toEqual({
        verdict: 'inconclusive',
        reasons: [why, 'lost == 0: 2'],
        exitCode: 3,
      });
    });

    it('is inconclusive where a threshold aborted the run', () => {
      const { verdict: outcome, reasons } = verdict({ ...inputs, generator: starved, ended: 'aborted' });
      expect([outcome, reasons[0]]).toEqual(['inconclusive', why]);
    });

    it('is a pass where all thresholds hold, and a failure where it lacked a core for half of the time at most', () => {
      expect(verdict({ ...inputs, generator: starved }).verdict).toBe('pass');
      const little = { ...healthy, targetStarved: 0.5 };
      expect(verdict({ ...inputs, generator: little, thresholds: [broken] }).verdict).toBe('fail');
    });
  });
});
