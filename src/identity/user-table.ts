import type { Row } from '../core/template/template.ts';

/** A value of a user as its file has it: CSV knows text only. */
export type UserValue = string | number | boolean;

/** The users of a file, in its order. */
export interface UserTable {
  readonly format: 'csv' | 'json-lines';
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  /** lines of the file at which the rows begin, from 1 */
  readonly lines: readonly number[];
  /** values of each row with the types that the file gives them, to be written back */
  readonly values: readonly Readonly<Record<string, UserValue>>[];
}
