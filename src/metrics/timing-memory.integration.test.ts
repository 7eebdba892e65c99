import { expect, it } from 'vitest';
import { Timing } from './timing.ts';

/** Bytes of WebAssembly memory: outside the heap, and held by no JavaScript buffer. */
function webAssemblyBytes(): number {
  const { external, arrayBuffers } = process.memoryUsage();
  return external - arrayBuffers;
}

// A process of its own: WebAssembly memory grows by doubling, so growth that other tests cause would be seen here.
it('a histogram frees its memory, so that repeated decoding needs no more of it', () => {
  const recorded = Timing.empty();
  for (const ms of [1, 10, 100]) recorded.recordMs(ms);
  const payload = recorded.encode();
  const sum = Timing.empty();
  const rounds = (n: number): void => {
    for (let i = 0; i < n; i++) sum.mergeEncoded(payload);
  };
  rounds(500);
  const before = webAssemblyBytes();
  rounds(2000);
  // Without freeing, the 2000 histograms would take at least 48 MB.
  expect(webAssemblyBytes() - before).toBeLessThan(24_000_000);
  expect(sum.count).toBe(7500);
  recorded.destroy();
  sum.destroy();
});
