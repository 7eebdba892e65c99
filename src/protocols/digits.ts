const ZERO = 0x30;

/** Returns where the decimal digits that begin at `from` end; `from`: there are none. */
export function digitsEnd(data: Buffer, from: number): number {
  let at = from;
  while (at < data.length && data[at]! >= ZERO && data[at]! <= ZERO + 9) at += 1;
  return at;
}

/** Returns the number in the decimal digits of `data`, inexact above 2^53. */
export function numberIn(data: Buffer, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) value = value * 10 + (data[at]! - ZERO);
  return value;
}
