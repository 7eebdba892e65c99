import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadScenario } from '../threshold/load-scenario.ts';
import { CHECKOUT } from '../testing/checkout.ts';
import { decode, encode, WireError } from './wire.ts';

const value = fc.anything({
  withMap: true,
  withSet: true,
  withBigInt: true,
  withTypedArray: true,
  withNullPrototype: false,
  withSparseArray: false,
  key: fc.oneof(fc.string(), fc.constant('$')).filter((key) => key !== '__proto__'),
});

/** The value as it must arrive: without members that are undefined. */
function expected(sent: unknown): unknown {
  if (sent === null || typeof sent !== 'object' || ArrayBuffer.isView(sent)) return sent;
  if (Array.isArray(sent)) return sent.map(expected);
  if (sent instanceof Map) return new Map([...sent].map(([key, part]) => [expected(key), expected(part)]));
  if (sent instanceof Set) return new Set([...sent].map(expected));
  const members = Object.entries(sent).filter(([, part]) => part !== undefined);
  return Object.fromEntries(members.map(([name, part]) => [name, expected(part)]));
}

describe('encode and decode', () => {
  it('carry any plain data, to the last bit', () => {
    fc.assert(
      fc.property(value, (sent) => {
        expect(decode(encode(sent))).toStrictEqual(expected(sent));
      }),
    );
  });

  it('carry numbers that JSON lacks, members of the name of a tag, and errors', () => {
    const sent = { a: [Infinity, -Infinity, Number.NaN, -0, undefined, 2n ** 70n], $: { $: 'map', is: 1 } };
    expect(decode(encode(sent))).toStrictEqual(sent);
    const error = decode(encode(new RangeError('too far')));
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'RangeError', message: 'too far' });
  });

  it('carry a part of an array buffer as a buffer of its own', () => {
    const part = new Float64Array([1, 2, 3]).subarray(1);
    const got = decode(encode({ odd: new Uint8Array(3), part, buffer: Buffer.from('ab') }));
    expect(got).toStrictEqual({
      odd: new Uint8Array(3),
      part: new Float64Array([2, 3]),
      buffer: new Uint8Array([97, 98]),
    });
  });

  it('carry every bundled scenario as it is', () => {
    const folder = join(CHECKOUT, 'scenarios');
    const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) {
      const scenario = loadScenario(join(folder, name));
      expect(decode(encode(scenario))).toEqual(scenario);
    }
  });

  it('compress what is long', () => {
    expect(encode(new Uint8Array(100_000)).length).toBeLessThan(1000);
  });

  it('name the place of what cannot be sent', () => {
    const circle: { within: unknown[] } = { within: [] };
    circle.within.push(circle);
    expect(() => encode(circle)).toThrow('lies too deep or within itself');
    expect(() => encode({ task: [{ run: () => {} }] })).toThrow('value.task.0.run is a function, which cannot be sent');
  });

  it('throw nothing but WireError, whatever arrives, and set no prototype', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        for (const first of [0, 1]) {
          const failure = failureOf(Uint8Array.of(first, ...bytes));
          expect(failure === null || failure instanceof WireError).toBe(true);
        }
      }),
    );
    for (const text of ['{"__proto__":{"x":1}}', '{"$":"Uint8Array","is":9}', '{"$":"map","is":3}', '{"$":"?"}', '['])
      expect(() => decode(stored(text))).toThrow(WireError);
    expect(() => decode(stored(`${'['.repeat(100_000)}${']'.repeat(100_000)}`))).toThrow(WireError);
  });

  it('unpack no more than allowed', () => {
    const bomb = Buffer.concat([Buffer.of(1), deflateRawSync(Buffer.alloc(1 << 24))]);
    expect(bomb.length).toBeLessThan(20_000);
    expect(() => decode(bomb, 1 << 20)).toThrow(WireError);
  });
});

/** Bytes of a value that is stored as it is, with this JSON text. */
function stored(text: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(Buffer.byteLength(text));
  return Buffer.concat([Buffer.of(0), length, Buffer.from(text)]);
}

/** What reading bytes throws; null: they hold a value. */
function failureOf(bytes: Uint8Array): unknown {
  try {
    decode(bytes);
    return null;
  } catch (error) {
    return error;
  }
}
