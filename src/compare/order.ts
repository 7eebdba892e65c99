/** One run of a comparison. */
export interface Turn {
  /** from 0; runs of one round are a pair, and have the same seed */
  readonly round: number;
  /** which setting, from 0 */
  readonly setting: number;
}

/**
 * Whose turn it is, one after the other: A B B A A B B A … for two settings, and forwards and backwards in turn for
 * more. What changes steadily while they run, such as the machine's warmth, then adds as much to one setting as to another.
 */
export function* turns(settings: number, rounds: number): Generator<Turn> {
  for (let round = 0; round < rounds; round++) {
    for (let nth = 0; nth < settings; nth++) {
      yield { round, setting: round % 2 === 0 ? nth : settings - 1 - nth };
    }
  }
}
