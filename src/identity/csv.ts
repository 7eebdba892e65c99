import { FileFlaw } from './file-flaw.ts';

/** A value at a place of a file. */
export interface CsvField {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** One row, with the line on which it begins. */
export interface CsvRecord {
  readonly line: number;
  readonly fields: readonly CsvField[];
}

const COMMA = 0x2c;
const QUOTE = 0x22;
const CR = 0x0d;
const LF = 0x0a;

/**
 * Reads CSV (RFC 4180): fields between commas, quoted where they hold a comma, a quote or a line end; lines end with LF
 * or CRLF. Other programs' variants are errors: a quote within an unquoted field, text after a closing quote.
 *
 * @throws FileFlaw
 * @example [...csvRecords('email,note\r\nada@x.test,"a, b"\r\n')]
 */
export function* csvRecords(text: string): Iterable<CsvRecord> {
  let at = 0;
  let line = 1;
  let lineStart = 0;
  let fields: CsvField[] = [];
  let recordLine = 1;
  const fail = (message: string, where: number): never => {
    throw new FileFlaw(message, line, where - lineStart + 1);
  };
  while (at < text.length) {
    const [start, startLine, startColumn] = [at, line, at - lineStart + 1];
    let value: string;
    if (text.charCodeAt(at) === QUOTE) {
      const end = closingQuote(text, at + 1);
      if (end === -1) fail('a quote that is never closed', start);
      value = text.slice(at + 1, end).replaceAll('""', '"');
      for (let lf = text.indexOf('\n', at); lf !== -1 && lf < end; lf = text.indexOf('\n', lf + 1)) {
        line += 1;
        lineStart = lf + 1;
      }
      at = end + 1;
      if (at < text.length && !isEnd(text, at)) fail('text after a closing quote', at);
    } else {
      at = nextSpecial(text, at);
      if (text.charCodeAt(at) === QUOTE) fail('a quote within a field that does not begin with one', at);
      if (at < text.length && !isEnd(text, at)) fail('a carriage return without a line feed', at);
      value = text.slice(start, at);
    }
    fields.push({ text: value, line: startLine, column: startColumn });
    if (text.charCodeAt(at) === COMMA) {
      at += 1;
      if (at < text.length) continue;
      // The last line has no line end, and its last field is empty.
      fields.push({ text: '', line, column: at - lineStart + 1 });
    }
    yield { line: recordLine, fields };
    fields = [];
    at += text.charCodeAt(at) === CR ? 2 : 1;
    line += 1;
    lineStart = at;
    recordLine = line;
  }
}

const SPECIAL = /[",\r\n]/g;

/** The next comma, quote or line end; the text's length: there is none. */
function nextSpecial(text: string, from: number): number {
  SPECIAL.lastIndex = from;
  return SPECIAL.exec(text)?.index ?? text.length;
}

/** Whether a field ends here: a comma, LF or CRLF. */
function isEnd(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === COMMA || code === LF || (code === CR && text.charCodeAt(at + 1) === LF);
}

/** The quote that closes a field, past doubled ones; -1: none. */
function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 2)) {
    if (text.charCodeAt(at + 1) !== QUOTE) return at;
  }
  return -1;
}

/**
 * Writes one row, without its line end.
 *
 * @example csvLine(['ada@x.test', 'a, b']) // 'ada@x.test,"a, b"'
 */
export function csvLine(values: readonly string[]): string {
  // A row with one empty value would be an empty line, which many readers skip.
  if (values.length === 1 && values[0] === '') return '""';
  return values.map((value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)).join(',');
}
