import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NotSealed, Sealer } from './seal.ts';

const SECRET = Buffer.alloc(32, 7);
const sealer = new Sealer(SECRET);

function keyed(key?: string): Sealer {
  return Sealer.fromEnvironment(key === undefined ? {} : { SQUALL_KEY: key });
}

describe('Sealer', () => {
  it('opens what it sealed, for the same purpose, under the same key', () => {
    fc.assert(
      fc.property(fc.string(), fc.uint8Array(), (about, bytes) => {
        const sealed = new Sealer(SECRET).seal(about, bytes);
        expect(sealer.open(about, sealed)).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('opens nothing that was changed, cut, or sealed for another purpose or under another key', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, place, change) => {
        const sealed = sealer.seal('a', bytes);
        const changed = Buffer.from(sealed);
        changed[place % changed.length]! ^= change;
        const another = new Sealer(Buffer.alloc(32, 8)).seal('a', bytes);
        for (const wrong of [changed, sealed.subarray(0, place % sealed.length), another])
          expect(() => sealer.open('a', wrong)).toThrow(NotSealed);
        expect(() => sealer.open('b', sealed)).toThrow(NotSealed);
      }),
    );
  });

  it('opens nothing but what was sealed, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => sealer.open('a', bytes)).toThrow(NotSealed);
      }),
    );
  });

  it('shows neither text nor key in what it seals, and seals the same bytes differently each time', () => {
    const text = Buffer.from('a secret of some length');
    const [one, two] = [sealer.seal('a', text), sealer.seal('a', text)];
    expect([one.includes(text), one.includes(SECRET), one.equals(two)]).toEqual([false, false, false]);
  });

  it('takes the key from the environment, in base64 or hexadecimal, and compares keys by fingerprint', () => {
    const texts = [SECRET.toString('base64'), SECRET.toString('hex'), ` ${SECRET.toString('base64url')}\n`];
    for (const text of texts) expect(keyed(text).fingerprint).toBe(sealer.fingerprint);
    expect(sealer.fingerprint).toMatch(/^[0-9a-f]{16}$/);
    expect(new Sealer(Buffer.alloc(32, 8)).fingerprint).not.toBe(sealer.fingerprint);
  });

  it('refuses a missing or short key with the line that makes one, and does not quote it', () => {
    expect(() => keyed()).toThrow('SQUALL_KEY is not set');
    expect(() => keyed('hunter2-hunter2')).toThrow('SQUALL_KEY has 15 characters that are not 32 bytes');
    const error = refusal('hunter2');
    expect(error).toMatchObject({ fix: expect.stringContaining('openssl rand -base64 32') as string });
    expect(String(error)).not.toContain('hunter2');
  });
});

function refusal(key: string): unknown {
  try {
    return keyed(key);
  } catch (error) {
    return error;
  }
}

it('signs bytes for one purpose, with a key that another secret does not have', () => {
  const bytes = Buffer.from('text');
  const signature = sealer.sign('presence a', bytes);
  expect(sealer.isSigned('presence a', bytes, signature)).toBe(true);
  expect(sealer.isSigned('presence b', bytes, signature)).toBe(false);
  // The purpose and the bytes cannot be moved against each other.
  expect(sealer.isSigned('presence', Buffer.from(' atext'), signature)).toBe(false);
  expect(sealer.isSigned('presence a', Buffer.from('texT'), signature)).toBe(false);
  expect(sealer.isSigned('presence a', bytes, signature.subarray(1))).toBe(false);
  expect(new Sealer(Buffer.alloc(32, 9)).isSigned('presence a', bytes, signature)).toBe(false);
});
