import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../../core/fault/outcome.ts';
import { AT_ONCE } from '../../core/fault/planned.test.helper.ts';
import { SERIES_INDEX, type SeriesName } from '../../core/metrics.ts';
import { Curves } from '../../metrics/curves.ts';
import type { Sighting } from '../../metrics/sighting.ts';
import { scriptedSummary } from '../../testing/scripted-summary.ts';
import { parseScenario } from '../../threshold/load-scenario.ts';
import { diagnose } from './diagnose.ts';
import { goneClues } from './gone-clues.ts';

const { measurements } = scriptedSummary();
const PLAIN = parseScenario('duration: 30s\ntarget: { url: "ws://127.0.0.1:9/ws" }\nclients: { count: 1 }\n', 'a.yaml');
const HELD = parseScenario(
  'duration: 30s\ntarget: { url: "ws://127.0.0.1:9/ws" }\nclients: { count: 1, heartbeat: { every: 1s } }\n',
  'a.yaml',
);
const REFUSED: readonly Sighting[] = [
  { kind: 'gone', what: 'timeout', text: '', count: 3 },
  { kind: 'gone', what: 'refused', text: '', count: 40 },
];

/** Curves with events at instants. */
function curvesOf(...events: readonly (readonly [SeriesName, atMs: number, n?: number])[]) {
  const curves = new Curves(new ArrayBuffer(Curves.bytes(600)));
  for (const [name, atMs, n] of events) curves.add(SERIES_INDEX[name], atMs, n);
  return { ...measurements, curves };
}

const LOST = curvesOf(['ready', 1000, 5], ['lostDropped', 12_300, 5]);
const HELD_OPEN = curvesOf(['stateReady', 1000, 5], ['acknowledged', 9000, 3], ['gaveUp', 12_000, 5]);

describe('how clients lost a server for good', () => {
  it('is the most frequent failure since, from the last loss on', () => {
    expect(goneClues(LOST, [], REFUSED)).toEqual([{ kind: 'gone', what: 'refused', text: '12.3 s' }]);
  });

  it('is commands without acknowledgement where connections stay open, from the last one on', () => {
    expect(goneClues(HELD_OPEN, [], [])).toEqual([{ kind: 'gone', what: 'no-acknowledgements', text: '9.0 s' }]);
  });

  it.each([
    ['a client is ready', curvesOf(['stateReady', 1000, 1], ['lostDropped', 12_300, 5]), REFUSED],
    ['no attempt failed since', LOST, []],
    [
      'the last commands were acknowledged',
      curvesOf(['stateReady', 1, 5], ['gaveUp', 9000, 9], ['acknowledged', 9100]),
      [],
    ],
    ['no command ever was', curvesOf(['stateReady', 1, 5], ['gaveUp', 9000, 9]), []],
  ])('is nothing where %s', (_, measured, seen) => {
    expect(goneClues(measured, [], seen)).toEqual([]);
  });

  it('is not looked for while a fault acted after the loss, which may be the cause', () => {
    const link = { ...AT_ONCE, kind: 'handshake', atMs: 10_000, mode: { kind: 'stall' } } as never;
    const fault = (forMs: number) => ({ ...outcomeOf(link, 30_000), forMs });
    expect(goneClues(LOST, [fault(5000)], REFUSED)).toEqual([]);
    expect(goneClues(LOST, [fault(2000)], REFUSED)).toHaveLength(1);
    expect(goneClues(LOST, [fault(0)], REFUSED)).toHaveLength(1);
  });
});

describe('a server that is gone', () => {
  it.each([
    ['refused', /^the server stopped: nothing has listened at ws:.* since 9\.0 s$/],
    ['timeout', /^the server hangs or the network to it is cut/],
    ['reset', /ended connections without an answer since 9\.0 s$/],
    ['unreachable', /^no route/],
    ['dns', /not resolved/],
    ['http-503', /answered every attempt with HTTP 503 since 9\.0 s$/],
  ])('is told by %s', (what, cause) => {
    const [found, ...others] = diagnose([{ kind: 'gone', what, text: '9.0 s' }], PLAIN);
    expect(found?.cause).toMatch(cause);
    expect([found?.yaml, others]).toEqual([null, []]);
  });

  it('is not told by refusals of the token', () => {
    expect(diagnose([{ kind: 'gone', what: 'http-401', text: '9.0 s' }], PLAIN)).toEqual([]);
  });

  it('proposes a heartbeat where clients have none', () => {
    const clue = { kind: 'gone', what: 'no-acknowledgements', text: '9.0 s' } as const;
    expect(diagnose([clue], PLAIN)[0]?.yaml).toBe('clients:\n  heartbeat: { every: 10s, timeout: 5s }');
    expect(diagnose([clue], HELD)[0]?.yaml).toBeNull();
  });
});
