/**
 * What is unusual about a token, in 16 bits: two flags, and above them the number of the key that signed it. That of a
 * token without any fault is 0.
 */
export const TOKEN_FLAG = {
  /** it gives no right to issue commands */ noCommand: 1,
  /** it is the next client's */ otherSubject: 2,
} as const;

const KEY_SHIFT = 2;

export function tokenFlagsOf(key: number, flags: number): number {
  return (key << KEY_SHIFT) | flags;
}

export function keyOf(tokenFlags: number): number {
  return tokenFlags >> KEY_SHIFT;
}
