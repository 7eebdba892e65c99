import { scalar } from '../codec/codec.ts';
import { reject } from '../codec/reject.ts';

const GAINED_MS: ReadonlyMap<string, number> = new Map([
  ['us', 0.001],
  ['ms', 1],
  ['s', 1000],
]);
const PASSED_MS: ReadonlyMap<string, number> = new Map([
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

/** Largest drift either way: half of the time that passes. */
const MAX_DRIFT = 0.5;
/** Smallest drift other than 0: a second in 30,000 years. */
const MIN_DRIFT = 1e-12;

/** A drift such as `10ms/s` or `-2s/h`: the time that a clock gains divided by the time that passes. */
export const drift = scalar<number>(
  (input) => {
    const right = 'write what the clock gains in some time, such as 10ms/s or -2s/h';
    const [, digits, gained = '', passed = ''] =
      typeof input === 'string' ? (/^([+-]?\d+(?:\.\d+)?)(us|ms|s)\/(s|m|h)$/.exec(input) ?? []) : [];
    if (digits === undefined) return reject('not a drift', input, right);
    const ratio = (Number(digits) * (GAINED_MS.get(gained) ?? 0)) / (PASSED_MS.get(passed) ?? 1);
    if (Math.abs(ratio) > MAX_DRIFT) return reject('too much', input, 'write at most 500ms/s');
    if (ratio !== 0 && Math.abs(ratio) < MIN_DRIFT)
      return reject('too little', input, 'write at least 0.01us/h, or none');
    // Turns -0 into 0.
    return ratio + 0;
  },
  printDrift,
  { type: 'string', pattern: String.raw`^[+-]?\d+(\.\d+)?(us|ms|s)/(s|m|h)$`, examples: ['10ms/s'] },
);

/** Prints the shortest text that reads back as the same drift. */
function printDrift(ratio: number): string {
  const texts = [...GAINED_MS].flatMap(([gained, gainedMs]) =>
    [...PASSED_MS].flatMap(([passed, passedMs]) =>
      // Fewer digits leave out the last bits, which hold the rounding error of a product.
      [15, 16, 17].map((digits) => ({
        text: `${Number(((ratio * passedMs) / gainedMs).toPrecision(digits))}${gained}/${passed}`,
        gainedMs,
        passedMs,
      })),
    ),
  );
  const exact = texts.filter(
    ({ text, gainedMs, passedMs }) => !text.includes('e') && (Number.parseFloat(text) * gainedMs) / passedMs === ratio,
  );
  return exact.map(({ text }) => text).toSorted((a, b) => a.length - b.length)[0] ?? `${ratio * 1000}ms/s`;
}
