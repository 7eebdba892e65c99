import { scalar } from '../codec/codec.ts';
import { reject } from '../codec/reject.ts';

/** Bytes in each unit. */
const UNIT_BYTES: ReadonlyMap<string, number> = new Map([
  ['B', 1],
  ['kB', 1000],
  ['MB', 1_000_000],
]);

/** Highest rate, which is more than any network carries. */
const MAX_BYTES_PER_SECOND = 1e12;

/** A rate such as `10kB/s`, in bytes a second; never 0. */
export const byteRate = scalar<number>(
  (input) => {
    const right = 'write a rate such as 10kB/s; the units are B/s, kB/s and MB/s';
    const [, digits, unit = ''] = typeof input === 'string' ? (/^(\d+(?:\.\d+)?)(B|kB|MB)\/s$/.exec(input) ?? []) : [];
    if (digits === undefined) return reject('not a rate of bytes', input, right);
    const perSecond = Number(digits) * (UNIT_BYTES.get(unit) ?? 1);
    if (perSecond > MAX_BYTES_PER_SECOND) return reject('too fast', input, 'write at most 1000000MB/s');
    return perSecond < 1 ? reject('too slow', input, 'write at least 1B/s') : perSecond;
  },
  (bytesPerSecond) => `${bytesPerSecond}B/s`,
  { type: 'string', pattern: String.raw`^\d+(\.\d+)?(B|kB|MB)/s$`, examples: ['10kB/s'] },
);
