/** The word for an infinite number, or the number as `print` spells it. */
export function unlimitedOr(value: number, print: (value: number) => unknown): unknown {
  return value === Infinity ? 'unlimited' : print(value);
}
