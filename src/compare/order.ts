/** One run of a comparison. */
export interface Turn {
  /** number from 0; runs of one round are a pair, and have the same seed */
  readonly round: number;
  /** number of the setting, from 0 */
  readonly setting: number;
}

/**
 * The order of the settings in a round: A B B A A B B A … over the rounds of two settings, and alternately forwards and
 * backwards for more. A steady change of the environment, such as the machine's temperature, then affects all settings
 * equally.
 *
 * @param round from 0
 */
export function turnsOf(round: number, settings: number): readonly Turn[] {
  const forwards = Array.from({ length: settings }, (_, setting): Turn => ({ round, setting }));
  return round % 2 === 0 ? forwards : forwards.toReversed();
}

/** The highest number of rounds: one and a half times the plan. */
export function mostRounds(planned: number): number {
  return planned + Math.ceil(planned / 2);
}

/** A turn that is over. */
interface Taken extends Turn {
  readonly conclusive: boolean;
}

/**
 * Whether another round is needed: before the plan is done, or when a setting has fewer conclusive pairs than planned. A
 * setting whose runs were all inconclusive is ignored.
 *
 * @param taken all turns of the rounds so far
 */
export function needsAnother(taken: readonly Taken[], settings: number, planned: number): boolean {
  const rounds = new Set(taken.map(({ round }) => round)).size;
  if (rounds < planned) return true;
  if (rounds >= mostRounds(planned)) return false;
  const conclusiveRounds = Array.from({ length: settings }, (_, nth) =>
    taken.filter(({ setting, conclusive }) => setting === nth && conclusive).map(({ round }) => round),
  );
  const [first = [], ...others] = conclusiveRounds;
  if (first.length === 0) return false;
  const pairs = others
    .filter((other) => other.length > 0)
    .map((other) => other.filter((round) => first.includes(round)).length);
  return pairs.some((found) => found < planned);
}
