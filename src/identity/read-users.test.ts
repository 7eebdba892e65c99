import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ScenarioError } from '../scenario/problem.ts';
import { newestOf, readUsers } from './read-users.ts';

const folder = mkdtempSync(join(tmpdir(), 'squall-users-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string | Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

/** What is wrong with a file, without its path. */
function complaintAbout(name: string, content: string | Buffer): string {
  const file = write(name, content);
  try {
    readUsers(file);
    return '';
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return error.message.slice(file.length);
  }
}

describe('a CSV file of users', () => {
  it('has a header row, quoted fields, CRLF and perhaps a byte order mark', () => {
    const table = readUsers(write('u.csv', '\uFEFFemail,note\r\nada@x.test,"a ""b"",\nc"\r\nbob@x.test,\r\n'));
    expect(table).toMatchObject({ format: 'csv', columns: ['email', 'note'], lines: [2, 4] });
    expect(table.rows).toEqual([
      { email: 'ada@x.test', note: 'a "b",\nc' },
      { email: 'bob@x.test', note: '' },
    ]);
  });

  it.each([
    ['', ':1:1: users.file: empty — write a header row, and one user a line'],
    ['a,,c\n', ':1:3: users.file: column 2 of the header row has no name'],
    ['a,b,a\n', ':1:5: users.file: column 3 of the header row has the name of an earlier one'],
    ['a;b\n1;2\n', ':1:1: users.file: columns are separated by commas, and by nothing else'],
    ['e mail,b\n', ':1:1: users.file: column 1 of the header row cannot be part of a hole {user.COLUMN} — name it'],
    ['a,b\n1,2,hunter2\n', ':2:1: users.file: 3 values for 2 columns — write one value for each column'],
    ['a,b\n\n1,2\n', ':2:1: users.file: an empty line — write one value'],
    ['a,b\n1,"hunter2\n', ':2:3: users.file: a quote that is never closed'],
    [`a\n${'x'.repeat(65_537)}\n`, ':2:1: users.file: a value of more than 65536 characters — shorten it'],
    [Buffer.from([0x61, 0x0a, 0xff, 0x0a]), ': users.file: not UTF-8 — save it as UTF-8'],
  ])('is refused with the place and the fix: %j', (content, complaint) => {
    expect(complaintAbout('bad.csv', content)).toContain(complaint);
  });
});

describe('a JSON Lines file of users', () => {
  it('has flat objects of the same names, whose numbers and booleans become text', () => {
    const table = readUsers(write('u.jsonl', '{"id":7,"admin":true,"n":"a"}\n{"n":"b","id":1.5,"admin":false}\n'));
    expect(table).toMatchObject({ format: 'json-lines', columns: ['id', 'admin', 'n'], lines: [1, 2] });
    expect(table.rows[0]).toEqual({ id: '7', admin: 'true', n: 'a' });
    expect(table.values[1]).toEqual({ n: 'b', id: 1.5, admin: false });
  });

  it.each([
    ['', ':1:1: users.file: empty — write one JSON object a line'],
    ['{"a":1}\n\n', ':2:1: users.file: no JSON — write one object a line'],
    ['["hunter2"]\n', ':1:1: users.file: no JSON object'],
    ['{"a":"hunter2","b":{"c":1}}\n', ':1:1: users.file: value 2 is no text, number or boolean — write flat objects'],
    ['{"a":1}\n{"b":1}\n', ':2:1: users.file: without a, which the first line has'],
    ['{"a":1}\n{"a":1,"b":2}\n', ':2:1: users.file: a name that the first line does not have'],
    ['{"id":12345678901234567890}\n', ':1:1: users.file: value 1 is an integer with more digits than a JSON number'],
    ['{"e mail":1}\n', ':1:1: users.file: name 1 cannot be part of a hole'],
    ['{}\n', ':1:1: users.file: an object without names'],
  ])('is refused with the place and the fix: %j', (content, complaint) => {
    expect(complaintAbout('bad.jsonl', content)).toContain(complaint);
  });
});

it.each(['secret.csv', 'secret.jsonl'])('no complaint about %s quotes a value', (name) => {
  const piece = fc.constantFrom('hunter2', '"', ',', '\n', '\r\n', '{', '}', ':', '[', '1', ' ', ';');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const first = name.endsWith('csv') ? 'a,b\n' : '{"a":"x"}\n';
      expect(complaintAbout(name, first + pieces.join(''))).not.toContain('hunter2');
    }),
  );
});

it('the file that was written last is read', () => {
  const file = write('first.csv', 'a\n1\n');
  expect(newestOf(file, join(folder, 'none.csv'))).toBe(file);
  const out = write('out.csv', 'a\n2\n');
  utimesSync(file, 100, 100);
  expect(newestOf(file, out)).toBe(out);
  utimesSync(out, 50, 50);
  expect(newestOf(file, out)).toBe(file);
});
