/** Fewest characters of a secret; removing shorter texts would leave nothing of an answer. */
export const SECRET_CHARS_MIN = 6;

/**
 * Many secret texts, of which those within another text are found without a look at each of them: one look-up for each
 * length and place.
 */
export class SecretTexts {
  readonly #byLength = new Map<number, Set<string>>();

  /** @param texts well-formed Unicode; short ones are left out */
  constructor(texts: Iterable<string>) {
    for (const text of texts) {
      this.#add(text);
      const encoded = encodeURIComponent(text);
      if (encoded !== text) this.#add(encoded);
    }
  }

  #add(text: string): void {
    const { length } = text;
    if (length < SECRET_CHARS_MIN) return;
    const alike = this.#byLength.get(length);
    if (alike === undefined) this.#byLength.set(length, new Set([text]));
    else alike.add(text);
  }

  /** The secrets within a text. */
  within(text: string): ReadonlySet<string> {
    const found = new Set<string>();
    for (const [length, alike] of this.#byLength) {
      for (let from = 0; from + length <= text.length; from++) {
        const part = text.slice(from, from + length);
        if (alike.has(part)) found.add(part);
      }
    }
    return found;
  }
}
