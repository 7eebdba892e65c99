import type { Row } from '../core/template/template.ts';
import { csvLine } from './csv.ts';
import type { UserTable } from './user-table.ts';

/** Most rows that are made into one piece of text. */
const ROWS_A_PIECE = 1000;

/**
 * The text of a file of users in its own format, in pieces.
 *
 * @param changed new values by the place of the row; other values stay as they are
 */
export function* usersText(table: UserTable, changed: ReadonlyMap<number, Row>): Iterable<string> {
  const { format, columns, values } = table;
  if (format === 'csv') yield `${csvLine(columns)}\n`;
  for (let from = 0; from < values.length; from += ROWS_A_PIECE) {
    const piece = values.slice(from, from + ROWS_A_PIECE).map((row, index) => {
      const now = { ...row, ...changed.get(from + index) };
      return format === 'csv' ? csvLine(columns.map((column) => String(now[column] ?? ''))) : JSON.stringify(now);
    });
    yield `${piece.join('\n')}\n`;
  }
}
