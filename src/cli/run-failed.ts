/** A run that had begun could not be brought to its end; `cause` is why. What it had measured lies in its folder. */
export class RunFailed extends Error {
  override readonly name = 'BrokenOff';
  /** the results folder */
  readonly dir: string;

  constructor(dir: string, cause: unknown) {
    super('the run was broken off', { cause });
    this.dir = dir;
  }
}
