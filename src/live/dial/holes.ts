import type { HoleValues, Row } from '../../core/template/template.ts';
import { userOf } from '../../identity/users.ts';

/** Returns the values for templates of a client of this worker, whose `client` is its number in the whole population. */
export type HolesOf = (client: number) => HoleValues;

/** Rows of users by the number of the user; null: the scenario has no users. */
export type UserRows = ReadonlyMap<number, Row> | null;

/** Values for templates by the client's number in the whole population. */
export function holesByNumber(rows: UserRows, perUser: number): (number: number) => HoleValues {
  if (rows === null) return (number) => ({ client: number });
  return (number) => ({ client: number, user: rows.get(userOf(number, perUser)) ?? {} });
}
