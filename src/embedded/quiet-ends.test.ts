import { Socket } from 'node:net';
import { Duplex, Writable } from 'node:stream';
import { Receiver } from 'ws';
import { expect, test, vi } from 'vitest';
import { quietEnds } from './quiet-ends.ts';

const LIMITS = { isServer: true, maxPayload: 1000, maxFragments: 10, maxBufferedChunks: 10 };

test.each([
  ['a receiver of ws', () => new Receiver(LIMITS), vi.spyOn(Writable.prototype, 'end')],
  ['a socket', () => new Socket(), vi.spyOn(Duplex.prototype, 'end')],
])('%s ends once, and Node still answers those who ask when', (_, make, ends) => {
  quietEnds();
  const stream: Writable = make();
  ends.mockClear();
  for (let n = 0; n < 3; n++) expect(stream.end()).toBe(stream);
  expect(ends).toHaveBeenCalledTimes(1);
  expect(stream.writableEnded).toBe(true);
  stream.end(() => {});
  expect(ends).toHaveBeenCalledTimes(2);
});
