import { statSync } from 'node:fs';
import { readRegular, TooLarge } from '../disk/regular-file.ts';
import { isJsonLines } from '../scenario/checks/identity.ts';
import { COLUMN_NAME, MAX_COLUMN_CHARS } from '../scenario/schema/users.ts';
import { MAX_USER_COLUMNS, MAX_USER_VALUE_CHARS, MAX_USERS_BYTES } from '../scenario/limits.ts';
import { ScenarioError } from '../scenario/problem.ts';
import { type CsvRecord, csvRecords } from './csv.ts';
import { FileFlaw } from './file-flaw.ts';
import type { UserTable, UserValue } from './user-table.ts';

/** Field of the scenario that errors name. */
const PATH = 'users.file';

/**
 * Reads the file of users: CSV with a header row, or JSON Lines by its name (.jsonl, .ndjson). Errors name file, line and
 * column, and never quote a value.
 *
 * @throws ScenarioError
 */
export function readUsers(file: string): UserTable {
  const text = textOf(file);
  try {
    return isJsonLines(file) ? jsonLines(text) : csv(text);
  } catch (error) {
    if (!(error instanceof FileFlaw)) throw error;
    const { line, column, message } = error;
    throw new ScenarioError([{ place: { file, line, column }, path: PATH, message }]);
  }
}

/** The one of two files that was written last: a run keeps its rotated tokens in `out`. */
export function newestOf(file: string, out: string): string {
  return writtenAtMs(out) >= writtenAtMs(file) ? out : file;
}

function writtenAtMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? -1;
}

function textOf(file: string): string {
  const complain = (message: string): ScenarioError => new ScenarioError([{ place: { file }, path: PATH, message }]);
  let bytes: Buffer;
  try {
    bytes = readRegular(file, MAX_USERS_BYTES, false);
  } catch (error) {
    const megabytes = MAX_USERS_BYTES / 1024 / 1024;
    if (error instanceof TooLarge) throw complain(`larger than ${megabytes} MiB — divide it`);
    throw complain('cannot be read — name a CSV file with a header row, or JSON Lines (.jsonl)');
  }
  try {
    // The decoder removes a byte order mark.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw complain('not UTF-8 — save it as UTF-8');
  }
}

function csv(text: string): UserTable {
  let columns: readonly string[] | null = null;
  const rows: Record<string, string>[] = [];
  const lines: number[] = [];
  for (const record of csvRecords(text)) {
    if (columns === null) columns = headerOf(record);
    else {
      rows.push(rowOf(columns, record));
      lines.push(record.line);
    }
  }
  if (columns === null) throw new FileFlaw('empty — write a header row, and one user a line', 1, 1);
  return { format: 'csv', columns, rows, lines, values: rows };
}

function headerOf({ fields, line }: CsvRecord): readonly string[] {
  const columns = fields.map((field) => field.text);
  for (const [index, field] of fields.entries()) {
    const complaint = columnComplaint(columns, index);
    if (complaint !== null) throw new FileFlaw(complaint, field.line, field.column);
  }
  if (columns.length > MAX_USER_COLUMNS) throw new FileFlaw(`more than ${MAX_USER_COLUMNS} columns`, line, 1);
  return columns;
}

/** What is wrong with the name of a column. A header is quoted by number only: without one, it would be the first user. */
function columnComplaint(columns: readonly string[], index: number): string | null {
  const name = columns[index] ?? '';
  const nth = `column ${index + 1} of the header row`;
  if (name === '') return `${nth} has no name`;
  if (columns.indexOf(name) < index) return `${nth} has the name of an earlier one`;
  if (columns.length === 1 && /[;\t|]/.test(name)) return 'columns are separated by commas, and by nothing else';
  if (name.length > MAX_COLUMN_CHARS || !COLUMN_NAME.test(name))
    return `${nth} cannot be part of a hole {user.COLUMN} — name it with up to ${MAX_COLUMN_CHARS} letters, digits, and - _ .`;
  return null;
}

function rowOf(columns: readonly string[], { fields, line }: CsvRecord): Record<string, string> {
  if (fields.length !== columns.length) {
    const isEmpty = fields.length === 1 && fields[0]?.text === '';
    const what = isEmpty ? 'an empty line' : `${fields.length} values for ${columns.length} columns`;
    throw new FileFlaw(`${what} — write one value for each column of the header row`, line, 1);
  }
  return Object.fromEntries(
    fields.map((field, index) => {
      checkText(field.text, field.line, field.column);
      return [columns[index] ?? '', field.text];
    }),
  );
}

function checkText(text: string, line: number, column: number): void {
  if (text.length <= MAX_USER_VALUE_CHARS) return;
  throw new FileFlaw(`a value of more than ${MAX_USER_VALUE_CHARS} characters — shorten it`, line, column);
}

function jsonLines(text: string): UserTable {
  const values: Readonly<Record<string, UserValue>>[] = [];
  const rows: Readonly<Record<string, string>>[] = [];
  let columns: readonly string[] | null = null;
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  for (const [index, line] of lines.entries()) {
    const value = flatObject(line, index + 1);
    const names = Object.keys(value);
    if (columns === null) columns = checkedNames(names, index + 1);
    const missing = columns.find((name) => !Object.hasOwn(value, name));
    if (missing !== undefined) throw new FileFlaw(`without ${missing}, which the first line has`, index + 1, 1);
    if (names.length > columns.length) throw new FileFlaw('a name that the first line does not have', index + 1, 1);
    values.push(value);
    rows.push(isAllText(value) ? value : Object.fromEntries(names.map((name) => [name, String(value[name])])));
  }
  if (columns === null) throw new FileFlaw('empty — write one JSON object a line', 1, 1);
  return { format: 'json-lines', columns, rows, lines: rows.map((_, index) => index + 1), values };
}

function checkedNames(names: readonly string[], line: number): readonly string[] {
  const strange = names.findIndex((name) => name.length > MAX_COLUMN_CHARS || !COLUMN_NAME.test(name));
  if (names.length === 0) throw new FileFlaw('an object without names', line, 1);
  if (strange !== -1)
    throw new FileFlaw(
      `name ${strange + 1} cannot be part of a hole {user.COLUMN} — write up to ${MAX_COLUMN_CHARS} letters, digits, and - _ .`,
      line,
      1,
    );
  if (names.length > MAX_USER_COLUMNS) throw new FileFlaw(`more than ${MAX_USER_COLUMNS} names`, line, 1);
  return names;
}

/** Parses a line. The parser's message would quote it. */
function flatObject(line: string, number: number): Readonly<Record<string, UserValue>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    throw new FileFlaw('no JSON — write one object a line', number, 1);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new FileFlaw('no JSON object — write one object a line', number, 1);
  return Object.fromEntries(
    Object.entries(parsed).map(([name, value]: [string, unknown], index) => {
      const complaint = valueComplaint(value);
      if (!isUserValue(value) || complaint !== null)
        throw new FileFlaw(`value ${index + 1} is ${complaint ?? 'of no known type'}`, number, 1);
      return [name, value];
    }),
  );
}

function isUserValue(value: unknown): value is UserValue {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function valueComplaint(value: unknown): string | null {
  if (!isUserValue(value)) return 'no text, number or boolean — write flat objects';
  if (typeof value === 'string' && value.length > MAX_USER_VALUE_CHARS)
    return `longer than ${MAX_USER_VALUE_CHARS} characters — shorten it`;
  // A half of a surrogate pair, which JSON can spell, has no form in a URL.
  if (typeof value === 'string' && /\p{Cs}/u.test(value)) return 'no Unicode text — write whole characters';
  // A larger integer has lost digits already.
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value))
    return 'an integer with more digits than a JSON number keeps — write it as text';
  return null;
}

function isAllText(value: Readonly<Record<string, UserValue>>): value is Readonly<Record<string, string>> {
  return Object.values(value).every((each) => typeof each === 'string');
}
