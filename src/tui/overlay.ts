/** A part of a plot's row with one style. */
export interface Run {
  readonly text: string;
  /** true inside a fault's window */
  readonly shaded: boolean;
  /** true for the prediction, false for the measurement */
  readonly predicted: boolean;
}

/**
 * Lays a measured row over a predicted row, character by character, and cuts it where the style changes. A character
 * that is blank in both joins the part before it.
 *
 * @param behind as long as `row`, or empty without a prediction
 * @param shaded true for each character inside a fault's window
 */
export function overlay(row: string, behind: string, shaded: readonly boolean[]): Run[] {
  const { text, predicted } = merged(row, behind);
  const runs: Run[] = [];
  for (let from = 0, to = 0; from < text.length; from = to) {
    const kind = { shaded: shaded[from] ?? false, predicted: predicted[from] ?? false };
    do to++;
    while (to < text.length && (shaded[to] ?? false) === kind.shaded && predicted[to] === kind.predicted);
    runs.push({ text: text.slice(from, to), ...kind });
  }
  return runs;
}

/** The visible characters of two rows, and for each whether it is predicted. */
function merged(row: string, behind: string): { readonly text: string; readonly predicted: readonly boolean[] } {
  let text = '';
  const predicted: boolean[] = [];
  for (let i = 0; i < row.length; i++) {
    const measured = row[i] ?? ' ';
    const shown = measured === ' ' ? (behind[i] ?? ' ') : measured;
    text += shown;
    predicted.push(shown === ' ' ? (predicted[i - 1] ?? false) : measured === ' ');
  }
  return { text, predicted };
}
