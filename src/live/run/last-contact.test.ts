import { describe, expect, it } from 'vitest';
import { SERIES_INDEX, type SeriesName } from '../../core/metrics.ts';
import { Curves } from '../../metrics/curves.ts';
import type { Measurements } from '../../metrics/measurements.ts';
import { scriptedSummary } from '../../testing/scripted-summary.ts';
import { LastContact } from './last-contact.ts';

const { measurements } = scriptedSummary();
const { timings } = measurements;

type Event = readonly [SeriesName, atMs: number, n?: number];

function measured(failures: Readonly<Record<string, number>>, ...events: readonly Event[]) {
  const curves = new Curves(new ArrayBuffer(Curves.bytes(600)));
  for (const [name, atMs, n] of events) curves.add(SERIES_INDEX[name], atMs, n);
  const handshake = timings.handshake.withFailures(new Map(Object.entries(failures)));
  return { ...measurements, curves, timings: { ...timings, handshake } };
}

function look(contact: LastContact, { curves, timings: { handshake } }: Measurements): void {
  contact.look(curves.total('ready'), () => handshake.failures);
}

const READY: Event = ['ready', 1000, 5];

describe('attempts in vain', () => {
  it('are those that failed after the last client had become ready', () => {
    const contact = new LastContact();
    look(contact, measured({ 'http-503': 9 }, ['ready', 900, 4]));
    look(contact, measured({ 'http-503': 10, refused: 1 }, ['ready', 900, 4], READY));
    look(contact, measured({ 'http-503': 10, refused: 8 }, ['ready', 900, 4], READY));
    const seen = contact.inVain(measured({ 'http-503': 10, refused: 41 }, ['ready', 900, 4], READY));
    expect(seen).toEqual([{ kind: 'gone', what: 'refused', text: '', count: 40 }]);
  });

  it('are those under way where none has ended', () => {
    const contact = new LastContact();
    look(contact, measured({}, READY));
    const seen = contact.inVain(measured({}, READY, ['stateConnecting', 2000, 5]));
    expect(seen).toEqual([{ kind: 'gone', what: 'timeout', text: '', count: 5 }]);
  });

  it.each([
    ['nobody ever was ready', []],
    ['a client is ready', [READY, ['stateReady', 1000, 1]]],
    ['a client is unknown', [READY, ['stateUnknown', 1000, 1]]],
    ['it is not known how attempts ended', [READY, ['attemptsFailed', 1000, 3], ['stateConnecting', 2000, 5]]],
  ] as const)('are none where %s', (_, events) => {
    expect(new LastContact().inVain(measured({ refused: 3 }, ...events))).toEqual([]);
  });
});
