/** A run that began but could not be finished. `cause` holds the reason; `dir` holds what was measured. */
export class RunFailed extends Error {
  override readonly name = 'BrokenOff';
  /** the results folder */
  readonly dir: string;

  constructor(dir: string, cause: unknown) {
    super('the run failed before its end', { cause });
    this.dir = dir;
  }
}
