/** What is wrong with a file of users, and where. The message quotes none of its values. */
export class FileFlaw extends Error {
  override readonly name = 'FileFlaw';
  readonly line: number;
  readonly column: number;

  constructor(message: string, line: number, column: number) {
    super(message);
    this.line = line;
    this.column = column;
  }
}
