/**
 * Upper bound of the ways in which a regular expression can match a text of `chars` characters from its beginning: the
 * steps of a backtracking matcher are at most this number times the length of the text. A quantifier counts the numbers
 * of repeats that it allows, an alternation its branches.
 *
 * @returns the bound, or why the pattern has none: the construct that is not allowed
 */
export function patternCost(pattern: string, chars: number): number | { readonly refused: string } {
  const reader = new PatternReader(pattern, chars);
  const cost = reader.alternatives();
  return reader.refused === null ? cost : { refused: reader.refused };
}

/** Reads a pattern that `RegExp` accepts with the flag `u`. */
class PatternReader {
  readonly #pattern: string;
  readonly #chars: number;
  #at = 0;
  refused: string | null = null;

  constructor(pattern: string, chars: number) {
    this.#pattern = pattern;
    this.#chars = chars;
  }

  /** The branches of a group or of the whole pattern, up to its end. */
  alternatives(): number {
    let total = this.#sequence();
    while (this.#take('|')) total += this.#sequence();
    return total;
  }

  #sequence(): number {
    let cost = 1;
    while (this.#at < this.#pattern.length && !this.#sees('|') && !this.#sees(')')) {
      const inner = this.#atom();
      const repeats = this.#quantifier();
      if (repeats.max > 1 && inner > 1) this.refused ??= 'a repeated group that holds a repeat or alternatives itself';
      cost *= inner * repeats.choices;
    }
    return cost;
  }

  /** One character, class, escape or group. */
  #atom(): number {
    if (this.#take('(')) return this.#group();
    if (this.#take('[')) this.#skipClass();
    else if (this.#take('\\')) this.#escape();
    else this.#at += 1;
    return 1;
  }

  #group(): number {
    if (this.#take('?')) {
      const isNamed = this.#sees('<') && !this.#sees('<=') && !this.#sees('<!');
      if (!isNamed && !this.#sees(':')) this.refused ??= 'a look-around';
      const end = isNamed ? '>' : ':';
      while (this.#at < this.#pattern.length && !this.#take(end)) this.#at += 1;
    }
    const cost = this.alternatives();
    this.#take(')');
    return cost;
  }

  #skipClass(): void {
    while (this.#at < this.#pattern.length && !this.#take(']')) this.#at += this.#sees('\\') ? 2 : 1;
  }

  #escape(): void {
    if (/[1-9k]/.test(this.#pattern.charAt(this.#at))) this.refused ??= 'a reference back to a group';
    this.#at += 1;
    // \p{…} and \u{…}: their braces are no quantifier.
    if (this.#sees('{') && /[pPu]/.test(this.#pattern.charAt(this.#at - 1)))
      while (this.#at < this.#pattern.length && !this.#take('}')) this.#at += 1;
  }

  /** `choices`: the numbers of repeats that are allowed; `max`: the highest. */
  #quantifier(): { readonly choices: number; readonly max: number } {
    let min = 1;
    let max = 1;
    if (this.#take('*') || this.#take('+')) max = this.#chars;
    else if (this.#take('?')) min = 0;
    else if (this.#sees('{')) {
      const [whole = '{', from = '0', comma, to] = /^\{(\d+)(?:(,)(\d+)?)?\}/.exec(this.#pattern.slice(this.#at)) ?? [];
      this.#at += whole.length;
      min = Math.min(Number(from), this.#chars);
      max = comma === undefined ? min : Math.min(to === undefined ? this.#chars : Number(to), this.#chars);
    } else return ONCE;
    this.#take('?');
    return { choices: Math.max(1, max - min + (max === this.#chars ? 0 : 1)), max };
  }

  #sees(text: string): boolean {
    return this.#pattern.startsWith(text, this.#at);
  }

  #take(text: string): boolean {
    if (!this.#sees(text)) return false;
    this.#at += text.length;
    return true;
  }
}

const ONCE = { choices: 1, max: 1 } as const;
