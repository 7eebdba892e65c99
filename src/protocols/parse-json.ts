/** Most bytes of a message that is parsed, since the messages that squall expects are short. */
const MAX_PARSED_BYTES = 65_536;

/** Parses an object or a list from bytes of unknown origin; null: they are none, or too long. */
export function parseJson(data: Buffer, from = 0, to = data.length): object | null {
  if (to - from > MAX_PARSED_BYTES) return null;
  try {
    const value: unknown = JSON.parse(data.toString('utf8', from, to));
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}
