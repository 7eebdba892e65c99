import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mono } from '../time/instant.ts';
import { LIFETIME_MS, PLAIN_BEHAVIOUR, Rig } from './rig.test.helper.ts';

const LEAD_MS = 200;

/** The instant at which the client asks for its next token, ms from the run's start. */
function asksAt(made: Rig): number {
  made.until(10 * LIFETIME_MS);
  return Number(/@(\S+)/.exec(made.seen.find((line) => line.startsWith('refresh @'))!)![1]);
}

function rig(clock: 'exp' | 'ttl' = 'exp'): Rig {
  return new Rig({ refresh: { ...PLAIN_BEHAVIOUR.refresh, clock, lead: { ms: LEAD_MS } } }).ready();
}

function drifting(clock: 'exp' | 'ttl', ...steps: readonly (readonly [atMs: number, perMs: number])[]): Rig {
  const made = rig(clock);
  for (const [atMs, perMs] of steps) made.until(atMs).machine.clock.drift(0, perMs, made.now);
  return made;
}

describe('a drifting clock', () => {
  it.each([
    { what: 'none', steps: [], at: 800 },
    { what: 'a quarter fast from the start', steps: [[0, 0.25]], at: 640 },
    { what: 'half slow from the start', steps: [[0, -0.5]], at: 1600 },
    { what: 'twice as fast from the middle', steps: [[400, 1]], at: 600 },
    {
      what: 'fast, and right again',
      steps: [
        [200, 1],
        [400, 0],
      ],
      at: 600,
    },
    { what: 'fast once it is due', steps: [[800, 1]], at: 800 },
  ] as const)('$what: the next token is asked for at $at, by either policy', ({ steps, at }) => {
    expect(asksAt(drifting('exp', ...steps))).toBeCloseTo(at, 6);
    expect(asksAt(drifting('ttl', ...steps))).toBeCloseTo(at, 6);
  });

  it('continues from the reading after a jump', () => {
    const made = drifting('exp', [0, 1]);
    made.until(200).machine.clock.shift(0, 200, made.now);
    expect(asksAt(made)).toBeCloseTo(300, 6);
  });

  it('applies to the next token', () => {
    const made = drifting('exp', [0, 0.25]).until(640).token().fresh();
    // It expires at 1640. The clock reads 1640 - 200 at true time (1640 - 200) / 1.25.
    expect(asksAt(made)).toBeCloseTo(1152, 6);
  });

  it('asks when the clock, simulated step by step, reaches the instant', () => {
    const step = fc.tuple(fc.integer({ min: 1, max: 250 }), fc.integer({ min: -50, max: 300 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), fc.integer({ min: -300, max: 300 }), (steps, skewMs) => {
        const made = rig();
        let reading = skewMs;
        let drift = 0;
        let last = 0;
        made.machine.clock.shift(0, skewMs, made.now);
        for (const [forMs, percent] of steps) {
          const to = last + forMs;
          if (reading + forMs * (1 + drift) >= LIFETIME_MS - LEAD_MS) break;
          reading += forMs * (1 + drift);
          last = to;
          drift = Math.fround(percent / 100);
          made.until(to).machine.clock.drift(0, drift, made.now);
        }
        const due = last + (LIFETIME_MS - LEAD_MS - reading) / (1 + drift);
        expect(made.context.columns.refreshAt.at(0)).toBeCloseTo(due, 4);
        expect(made.context.queue.dueAt(1)).toBeCloseTo(mono(due), 4);
      }),
    );
  });
});
