import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readUsers } from './read-users.ts';
import { UsersOut } from './users-out.ts';

const folder = mkdtempSync(join(tmpdir(), 'squall-users-out-'));
afterAll(() => rmSync(folder, { recursive: true }));

function outOf(name: string, content: string): UsersOut {
  const file = join(folder, name);
  writeFileSync(file, content, { mode: 0o644 });
  const columns = { access: null, refresh: 'refresh' };
  return new UsersOut({ file, table: readUsers(file), columns, indexOf: (client) => Math.floor(client / 2) });
}

const contentOf = ({ file }: UsersOut): string => readFileSync(file, 'utf8');
const renewed = (client: number, refresh: string | null) => ({ client, access: 'never written', refresh });

describe('UsersOut', () => {
  it('puts the newest tokens into their rows, and leaves everything else as it was', () => {
    const out = outOf('u.csv', 'refresh,note\nr0,"a, ""b"""\nr1,\nr2,\n');
    out.note([renewed(0, 'r0+'), renewed(5, 'r2+'), renewed(1, 'r0++'), renewed(3, null)]);
    out.write();
    expect(contentOf(out)).toBe('refresh,note\nr0++,"a, ""b"""\nr1,\nr2+,\n');
    expect(statSync(out.file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).filter((name) => name.includes('.part'))).toEqual([]);
  });

  it('keeps the types of JSON values', () => {
    const out = outOf('u.jsonl', '{"id":7,"refresh":"r0","admin":true}\n{"refresh":"r1","id":8,"admin":false}\n');
    out.note([renewed(0, 'r"0'), renewed(2, 'r1+')]);
    out.write();
    expect(contentOf(out)).toBe('{"id":7,"refresh":"r\\"0","admin":true}\n{"refresh":"r1+","id":8,"admin":false}\n');
  });

  it('is written once a second at most, and when nothing has changed not at all', () => {
    let nowMs = 0;
    const out = outOf('often.csv', 'refresh\nr0\n');
    const writtenAt = (ms: number): string => {
      nowMs = ms;
      out.writeDue(() => nowMs);
      return contentOf(out);
    };
    const before = statSync(out.file).ino;
    writtenAt(0);
    expect(statSync(out.file).ino).toBe(before);
    out.note([renewed(0, 'r1')]);
    expect(writtenAt(10)).toBe('refresh\nr1\n');
    out.note([renewed(0, 'r2')]);
    expect(writtenAt(1009)).toBe('refresh\nr1\n');
    expect(writtenAt(1010)).toBe('refresh\nr2\n');
  });

  it('leaves the old content where it cannot write, and tries again', () => {
    const out = outOf('sub.csv', 'refresh\nr0\n');
    const blocked = new UsersOut({
      file: join(folder, 'absent', 'u.csv'),
      table: readUsers(out.file),
      columns: { access: null, refresh: 'refresh' },
      indexOf: () => 0,
    });
    blocked.note([renewed(0, 'r1')]);
    expect(() => blocked.write()).toThrow('ENOENT');
    expect(() => blocked.write()).toThrow('ENOENT');
    expect(contentOf(out)).toBe('refresh\nr0\n');
  });
});
