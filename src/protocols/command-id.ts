/** The id of a command as `{id}` writes it: the client's number and the command's. */
const COMMAND_ID = /^(\d{1,10})-(\d{1,10})$/;

/** The number of the command with an id, as `{id}` writes it; NaN: it is none of this client. */
export function commandNumber(id: unknown, client: number): number {
  if (typeof id !== 'string') return NaN;
  const [, owner, seq] = COMMAND_ID.exec(id) ?? [];
  return Number(owner) === client ? Number(seq) : NaN;
}
