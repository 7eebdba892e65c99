/** Flags of a token in 16 bits, with the number of its signing key above them; 0: a token without any fault. */
export const TOKEN_FLAG = {
  /** gives no right to send commands */ noCommand: 1,
  /** names the next client as its subject */ otherSubject: 2,
} as const;

const KEY_SHIFT = 2;

export function tokenFlagsOf(key: number, flags: number): number {
  return (key << KEY_SHIFT) | flags;
}

export function keyOf(tokenFlags: number): number {
  return tokenFlags >> KEY_SHIFT;
}
