/** The id of a command as `{id}` writes it: the client's number and the command's. */
const COMMAND_ID = /^(\d{1,10})-(\d{1,10})$/;
/** The id of a command as `{seq}` writes it. */
const SEQ = /^\d{1,10}$/;

/** The number of the command with an id, as `{id}` writes it; NaN: it is none of this client. */
export function commandNumber(id: unknown, client: number): number {
  if (typeof id !== 'string') return NaN;
  const [, owner, seq] = COMMAND_ID.exec(id) ?? [];
  return Number(owner) === client ? Number(seq) : NaN;
}

/**
 * The number of the command with an id, as it was sent; NaN: it is none of this client.
 *
 * @param namesClients whether the id is `{id}`, not the bare number of a command
 */
export function seqOfId(id: unknown, client: number, namesClients: boolean): number {
  if (typeof id === 'number') return namesClients || !Number.isSafeInteger(id) ? NaN : id;
  if (typeof id === 'string' && !namesClients && SEQ.test(id)) return Number(id);
  return commandNumber(id, client);
}
