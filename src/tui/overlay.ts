/** A piece of a plot's row, all of one kind. */
export interface Run {
  readonly text: string;
  /** within a fault's window */
  readonly shaded: boolean;
  /** what was expected, and not what was measured */
  readonly predicted: boolean;
}

/**
 * Lays a row of what was measured over one of what was predicted, character by character, and cuts it where the kind
 * changes. One that is empty in both is nobody's: it goes with those before it.
 *
 * @param behind as long as `row`, or empty where nothing was predicted
 * @param shaded for each character whether it lies in a fault's window
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

/** What shows of two rows, and for each character whether it is the prediction's. */
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
