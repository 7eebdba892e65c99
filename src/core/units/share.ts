import { reject, type Rejection } from '../codec/reject.ts';

export const SHARE_PATTERN = String.raw`^\d+(\.\d+)?%$`;

export interface ShareBounds {
  /** may it be 0? */
  readonly zero?: boolean;
}

/** Reads a share such as `30%` as 0.3; at most 100 %. */
export function readShare(input: unknown, { zero = false }: ShareBounds = {}): number | Rejection {
  if (typeof input === 'number') {
    return reject('no unit', input, `write a share with a per cent sign, such as ${input > 1 ? input : input * 100}%`);
  }
  const digits = typeof input === 'string' ? /^(\d+(?:\.\d+)?)%$/.exec(input)?.[1] : undefined;
  if (digits === undefined) return reject('not a share', input, 'write a share such as 30%');
  const share = Number(digits) / 100;
  if (share === 0 && !zero) return reject('nobody at all', input, 'write a share above 0%');
  if (share > 1) return reject('more than everybody', input, 'write at most 100%');
  return share;
}

/** Prints the text that reads back as the same share. */
export function printShare(share: number): string {
  const digits = [15, 16, 17].map((n) => Number((share * 100).toPrecision(n)));
  return `${digits.find((value) => value / 100 === share) ?? share * 100}%`;
}
