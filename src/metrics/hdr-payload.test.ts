import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { decodeFromCompressedBase64, WasmHistogram, initWebAssemblySync } from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import { hdrPayload } from './hdr-payload.ts';

initWebAssemblySync();

describe('hdrPayload', () => {
  it('is a zlib stream behind a cookie and a length, that gives back what it was made of', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (data) => {
        const payload = Buffer.from(hdrPayload(data), 'base64');
        expect(payload.readUInt32BE(0)).toBe(0x1c849314);
        expect(payload.readUInt32BE(4)).toBe(payload.length - 8);
        expect(inflated(hdrPayload(data)).equals(data)).toBe(true);
      }),
    );
  });

  it.each([0, 1, 65_534, 65_535, 65_536, 200_000])('does so for %i bytes, which may take several blocks', (length) => {
    const data = Uint8Array.from({ length }, (_, i) => (i * 31) % 251);
    expect(inflated(hdrPayload(data)).equals(data)).toBe(true);
  });

  it('is read by the library, which inflates it as it would its own', () => {
    const histogram = WasmHistogram.build();
    for (const us of [1, 5, 70, 70, 1800]) histogram.recordValue(us);
    const read = decodeFromCompressedBase64(hdrPayload(histogram.encode()), 32, true);
    expect(read.summary).toEqual(histogram.summary);
    histogram.destroy();
    read.destroy();
  });

  it('is the same to the last byte, whatever the processor and the version of zlib', () => {
    expect(hdrPayload(Uint8Array.of(1, 2, 3, 250))).toBe('HISTFAAAAA94AQEEAPv/AQID+gEOAQE=');
  });
});

function inflated(payload: string): Buffer {
  return inflateSync(Buffer.from(payload, 'base64').subarray(8));
}
