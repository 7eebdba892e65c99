/** Most bytes of a message that is parsed, since the messages that squall expects are short. */
export const MAX_PARSED_BYTES = 65_536;

/** Parses an object or a list from bytes of unknown origin; null: they are none, or too long. */
export function parseJson(data: Buffer, from = 0, to = data.length): object | null {
  return to - from > MAX_PARSED_BYTES ? null : parseJsonText(data.toString('utf8', from, to));
}

/** Parses an object or a list; null: the text is none. */
export function parseJsonText(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}
