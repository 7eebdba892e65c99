import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CsvField, csvLine, csvRecords } from './csv.ts';
import { FileFlaw } from './file-flaw.ts';

const values = (text: string) => Array.from(csvRecords(text), ({ fields }) => fields.map((field) => field.text));

/** The fields before a flaw, and the flaw. */
function fieldsOf(text: string): { readonly fields: readonly CsvField[]; readonly flaw: FileFlaw | null } {
  const fields: CsvField[] = [];
  try {
    for (const record of csvRecords(text)) fields.push(...record.fields);
    return { fields, flaw: null };
  } catch (error) {
    if (error instanceof FileFlaw) return { fields, flaw: error };
    throw error;
  }
}

describe('csvRecords', () => {
  it.each([
    [
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a,b\r\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      '"a ""b"", c","\r\n"\r\nx,',
      [
        ['a "b", c', '\r\n'],
        ['x', ''],
      ],
    ],
    ['a\n""\n\nb', [['a'], [''], [''], ['b']]],
    ['', []],
  ])('reads %j', (text, rows) => {
    expect(values(text)).toEqual(rows);
  });

  it('reads what csvLine writes, with LF and with CRLF', () => {
    const row = fc.array(fc.string({ unit: fc.constantFrom('a', '"', ',', '\r', '\n', ' ', 'é', '\t') }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 5 }), fc.constantFrom('\n', '\r\n'), fc.boolean(), (rows, end, last) => {
        const text = rows.map((each) => csvLine(each)).join(end) + (last && rows.length > 0 ? end : '');
        expect(values(text)).toEqual(rows);
      }),
    );
  });

  it('knows where each field begins, and never throws anything else than a FileFlaw', () => {
    const piece = fc.constantFrom('a', '"', '""', ',', '\r\n', '\n', '\r');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        const { fields, flaw } = fieldsOf(text);
        const lines = text.split('\n');
        return (
          (flaw?.line ?? 1) <= lines.length &&
          fields.every(({ text: value, line, column }) => {
            const rest = lines
              .slice(line - 1)
              .join('\n')
              .slice(column - 1);
            return rest.replace(/^"/, '').replaceAll('""', '"').startsWith(value);
          })
        );
      }),
    );
  });

  it.each([
    ['a\n"b', 2, 1, 'a quote that is never closed'],
    ['a\n"b"c', 2, 4, 'text after a closing quote'],
    ['a\nb"c', 2, 2, 'a quote within a field that does not begin with one'],
    ['a\rb', 1, 2, 'a carriage return without a line feed'],
    ['"a\n\nb"x', 3, 3, 'text after a closing quote'],
  ])('refuses %j', (text, line, column, message) => {
    expect(() => values(text)).toThrow(expect.objectContaining({ line, column, message }));
  });
});
