/** The largest client index: packed indices are unsigned 32-bit numbers. */
export const MAX_CLIENT = 0xffff_ffff;

/** The `sub` of a client's tokens: `client-N`. */
export function subjectOf(client: number): string {
  return `client-${client}`;
}

/** The client index in a `sub`; -1: it names no client of squall. */
export function clientOf(subject: string): number {
  const digits = /^client-(0|[1-9]\d{0,9})$/.exec(subject)?.[1];
  if (digits === undefined) return -1;
  const client = Number(digits);
  return client <= MAX_CLIENT ? client : -1;
}
