import { describe, expect, test } from 'vitest';
import { NETWORK } from '../../core/signal.ts';
import { addSightings, sightingText } from '../../metrics/sighting.ts';
import { Sightings } from './sightings.ts';

const none = (): readonly string[] => [];

describe('sightings', () => {
  test('count what was said again, and keep a few of each kind', () => {
    const sightings = new Sightings();
    for (let n = 0; n < 10; n++) sightings.note('end', 403, Buffer.from('no such tenant'), none);
    for (let n = 0; n < 100; n++) sightings.note('frame', NETWORK.other, Buffer.from(`{"n":${n}}`), none);
    sightings.note('token', NETWORK.invalidGrant, 'invalid_grant: used', none);
    const kept = sightings.export();
    expect(kept).toHaveLength(1 + 7 + 1);
    expect(kept).toContainEqual({ kind: 'end', what: 'HTTP 403', text: 'no such tenant', count: 10 });
    expect(kept).toContainEqual({ kind: 'frame', what: 'others', text: '', count: 94 });
    expect(kept).toContainEqual({ kind: 'token', what: 'invalid-grant', text: 'invalid_grant: used', count: 1 });
  });

  test('ask for secrets only when something is kept, and keep none', () => {
    const sightings = new Sightings();
    let asked = 0;
    const secrets = (): readonly string[] => [`held-${++asked}`];
    for (let n = 0; n < 5; n++) sightings.note('end', 4401, Buffer.from('held-1 is bad'), secrets);
    expect(sightings.export()).toEqual([{ kind: 'end', what: 'close 4401', text: '[removed] is bad', count: 5 }]);
    expect(asked).toBe(1);
  });

  test('take any bytes', () => {
    const sightings = new Sightings();
    sightings.note('end', 4000, Buffer.from([0xff, 0xfe, 0x1b, 0x5b, 0x41]), none);
    expect(sightings.export()[0]?.text).toBe('\uFFFD\uFFFD[A');
  });

  test('of several workers are added, the most frequent first', () => {
    const one = { kind: 'end', what: 'HTTP 403', text: 'no', count: 2 } as const;
    const other = { kind: 'end', what: 'close 4001', text: '', count: 4 } as const;
    expect(addSightings([[one, other], [one], [one]])).toEqual([{ ...one, count: 6 }, other]);
    expect(addSightings([Array.from({ length: 50 }, (_, n) => ({ ...one, text: `${n}` }))])).toHaveLength(20);
  });

  test.each([
    [{ kind: 'end', what: 'HTTP 403', text: 'no', count: 1 }, 'HTTP 403 "no" (once)'],
    [
      { kind: 'end', what: 'TLS', text: 'the certificate has expired', count: 9 },
      'TLS: the certificate has expired (9 times)',
    ],
    [{ kind: 'frame', what: 'frame', text: '{}', count: 2 }, 'unexpected frame "{}" (2 times)'],
    [{ kind: 'token', what: 'invalid-grant', text: 'x', count: 2 }, 'token endpoint: invalid-grant "x" (2 times)'],
  ] as const)('%o reads %s', (sighting, text) => {
    expect(sightingText(sighting)).toBe(text);
  });
});
