import { once } from 'node:events';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { frameReceiver, readCloseFrame, type Conclusion } from './framing.ts';

/** What the parser of `ws` makes of bytes that end there; null: no close frame, or an error. */
async function parsed(bytes: Buffer): Promise<Conclusion | null> {
  const receiver = frameReceiver();
  let found: Conclusion | null = null;
  receiver.on('conclude', (code, reason) => (found = { code, reason }));
  receiver.on('error', () => {});
  receiver.end(bytes);
  await once(receiver, 'close');
  return found;
}

function closeFrame(code: number, reason: string): Buffer {
  const payload = Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]);
  return Buffer.concat([Buffer.from([0x88, payload.length]), payload]);
}

const codes = fc.oneof(fc.integer({ min: 990, max: 1020 }), fc.integer({ min: 2990, max: 5010 }), fc.nat(0xffff));

test.each([
  [1012, 'deploy'],
  [1000, ''],
  [4401, 'token expired'],
  [1001, 'x'.repeat(123)],
])('the whole close frame %d %j is read without a parser', (code, reason) => {
  expect(readCloseFrame(closeFrame(code, reason))).toEqual({ code, reason: Buffer.from(reason) });
});

test('a close frame that is read without a parser says what the parser reads', async () => {
  await fc.assert(
    fc.asyncProperty(codes, fc.string({ maxLength: 130, unit: 'binary' }), async (code, reason) => {
      const bytes = closeFrame(code, reason).subarray(0, 1 << 8);
      const read = readCloseFrame(bytes);
      expect(read).toEqual(read && (await parsed(bytes)));
    }),
  );
});

test('bytes that are no whole close frame, or one that is not allowed, are left to the parser', async () => {
  const good = closeFrame(1012, 'deploy');
  await fc.assert(
    fc.asyncProperty(fc.nat(good.length), fc.uint8Array({ maxLength: 3 }), fc.nat(3), async (at, bytes, removed) => {
      const changed = Buffer.concat([good.subarray(0, at), bytes, good.subarray(at + removed)]);
      const read = readCloseFrame(changed);
      expect(read).toEqual(read && (await parsed(changed)));
    }),
    { numRuns: 500 },
  );
});
