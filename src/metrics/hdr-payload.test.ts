import { deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { decodeFromCompressedBase64, WasmHistogram, initWebAssemblySync } from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import { hdrPayload, histogramIn } from './hdr-payload.ts';

initWebAssemblySync();

describe('hdrPayload', () => {
  it('is a cookie, a length and a zlib stream of the input', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (data) => {
        const payload = Buffer.from(hdrPayload(data), 'base64');
        expect(payload.readUInt32BE(0)).toBe(0x1c849314);
        expect(payload.readUInt32BE(4)).toBe(payload.length - 8);
        expect(inflated(hdrPayload(data)).equals(data)).toBe(true);
      }),
    );
  });

  it.each([0, 1, 65_534, 65_535, 65_536, 200_000])('works for %i bytes, which may need several blocks', (length) => {
    const data = Uint8Array.from({ length }, (_, i) => (i * 31) % 251);
    expect(inflated(hdrPayload(data)).equals(data)).toBe(true);
  });

  it('is read by the library', () => {
    const histogram = WasmHistogram.build();
    for (const us of [1, 5, 70, 70, 1800]) histogram.recordValue(us);
    const read = decodeFromCompressedBase64(hdrPayload(histogram.encode()), 32, true);
    expect(read.summary).toEqual(histogram.summary);
    histogram.destroy();
    read.destroy();
  });

  it('has the same bytes with every processor and version of zlib', () => {
    expect(hdrPayload(Uint8Array.of(1, 2, 3, 250))).toBe('HISTFAAAAA94AQEEAPv/AQID+gEOAQE=');
  });
});

function inflated(payload: string): Buffer {
  return inflateSync(Buffer.from(payload, 'base64').subarray(8));
}

const HOUR_US = 3_600_000_000;

function encodedOf(highest: number, digits: 1 | 2 | 3 | 4 | 5 = 3): Uint8Array {
  return WasmHistogram.build({ highestTrackableValue: highest, numberOfSignificantValueDigits: digits }).encode();
}

function payloadOf(compressed: Uint8Array): string {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(0x1c849314, 0);
  head.writeUInt32BE(compressed.length, 4);
  return Buffer.concat([head, compressed]).toString('base64');
}

describe('histogramIn', () => {
  it('returns a histogram of the requested range and precision', () => {
    const encoded = encodedOf(HOUR_US);
    expect(histogramIn(hdrPayload(encoded), HOUR_US, 3)).toEqual(Buffer.from(encoded));
    expect(histogramIn(payloadOf(deflateSync(encoded)), HOUR_US, 3)).toEqual(Buffer.from(encoded));
  });

  it('refuses another range or precision, which would need more memory', () => {
    expect(() => histogramIn(hdrPayload(encodedOf(2 * HOUR_US)), HOUR_US, 3)).toThrow(RangeError);
    expect(() => histogramIn(hdrPayload(encodedOf(HOUR_US, 4)), HOUR_US, 3)).toThrow(RangeError);
  });

  it('refuses a payload that would unpack to more than a histogram', () => {
    const bomb = payloadOf(deflateSync(Buffer.alloc(16 * 2 ** 20)));
    expect(() => histogramIn(bomb, HOUR_US, 3)).toThrow(expect.objectContaining({ code: 'ERR_BUFFER_TOO_LARGE' }));
  });
});
