/** One run of a comparison. */
export interface Turn {
  /** from 0; runs of one round are a pair, and have the same seed */
  readonly round: number;
  /** which setting, from 0 */
  readonly setting: number;
}

/**
 * Whose turn it is in a round: with the rounds one after the other, A B B A A B B A … for two settings, and forwards
 * and backwards in turn for more. What changes steadily while they run, such as the machine's warmth, then adds as much
 * to one setting as to another.
 *
 * @param round from 0
 */
export function turnsOf(round: number, settings: number): readonly Turn[] {
  const forwards = Array.from({ length: settings }, (_, setting): Turn => ({ round, setting }));
  return round % 2 === 0 ? forwards : forwards.toReversed();
}

/** The most rounds that there can be where so many were planned: half as many again. */
export function mostRounds(planned: number): number {
  return planned + Math.ceil(planned / 2);
}

/** What came of a turn. */
interface Taken extends Turn {
  readonly conclusive: boolean;
}

/**
 * Whether another round is worth its time after those that were planned: some setting has fewer pairs with a verdict on
 * both sides than there were to be, and that can still change. A setting that never came to a verdict will not now.
 *
 * @param taken all turns so far, of whole rounds
 */
export function needsAnother(taken: readonly Taken[], settings: number, planned: number): boolean {
  const rounds = new Set(taken.map(({ round }) => round)).size;
  if (rounds < planned) return true;
  if (rounds >= mostRounds(planned)) return false;
  const told = Array.from({ length: settings }, (_, nth) =>
    taken.filter(({ setting, conclusive }) => setting === nth && conclusive).map(({ round }) => round),
  );
  const [first = [], ...others] = told;
  if (first.length === 0) return false;
  const pairs = others
    .filter((other) => other.length > 0)
    .map((other) => other.filter((round) => first.includes(round)).length);
  return pairs.some((found) => found < planned);
}
