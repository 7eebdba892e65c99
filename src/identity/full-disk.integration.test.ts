import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'squall-users-full-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes users whose tokens have grown past the limit of its process for the size of a file. */
const WRITER = `
const { readUsers } = await import('../../dist/identity/read-users.js');
const { UsersOut } = await import('../../dist/identity/users-out.js');
const file = process.env.USERS;
const columns = { access: null, refresh: 'refresh' };
const out = new UsersOut({ file, table: readUsers(file), columns, indexOf: (client) => client });
out.note([{ client: 0, access: null, refresh: 'x'.repeat(50_000) }]);
try { out.write(); } catch (error) { process.stdout.write(error.code); }
`;

test('users whose new tokens find no room on the disk stay as they were', () => {
  const file = join(folder, 'users.csv');
  const before = 'refresh\nr0\nr1\n';
  writeFileSync(file, before);
  // The shell's limit is in blocks of 512 or 1024 bytes.
  const code = execFileSync(
    'sh',
    ['-c', 'ulimit -f 16; exec "$0" --input-type=module -e "$1"', process.execPath, WRITER],
    { cwd: import.meta.dirname, env: { ...process.env, USERS: file }, encoding: 'utf8' },
  );
  expect(code).toBe('EFBIG');
  expect(readFileSync(file, 'utf8')).toBe(before);
  expect(readdirSync(folder)).toEqual(['users.csv']);
});
