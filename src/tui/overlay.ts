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
 * changes. A character that the measurement left empty is nobody's: it goes with those before it.
 *
 * @param behind as long as `row`, or empty where nothing was predicted
 * @param shaded for each character whether it lies in a fault's window
 */
export function overlay(row: string, behind: string, shaded: readonly boolean[]): Run[] {
  const runs: Run[] = [];
  let run: Run = { text: '', shaded: shaded[0] ?? false, predicted: false };
  for (let i = 0; i < row.length; i++) {
    const measured = row[i] ?? ' ';
    const text = measured === ' ' ? (behind[i] ?? ' ') : measured;
    const cell: Run = {
      text,
      shaded: shaded[i] ?? false,
      predicted: text === ' ' ? run.predicted : measured === ' ',
    };
    if (cell.shaded === run.shaded && cell.predicted === run.predicted) {
      run = { ...run, text: run.text + text };
      continue;
    }
    if (run.text !== '') runs.push(run);
    run = cell;
  }
  return run.text === '' ? runs : [...runs, run];
}
