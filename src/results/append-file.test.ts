import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { AppendFile } from './append-file.ts';
import { FolderError } from './folder-error.ts';

const dir = mkdtempSync(join(tmpdir(), 'squall-append-'));
afterAll(() => rmSync(dir, { recursive: true }));

const neverFails = (): void => expect.unreachable();

test('each line is in the file as soon as it was appended', () => {
  const file = new AppendFile(join(dir, 'lines'), neverFails);
  file.append('one');
  expect(readFileSync(file.path, 'utf8')).toBe('one\n');
  file.append('zwei: ü');
  expect(readFileSync(file.path, 'utf8')).toBe('one\nzwei: ü\n');
  file.close();
});

test('a text that is appended after the end is dropped, and closing twice does no harm', () => {
  const file = new AppendFile(join(dir, 'closed'), neverFails);
  file.close();
  file.close();
  file.append('late');
  expect(readFileSync(file.path, 'utf8')).toBe('');
});

test('a file that cannot be opened is an error that names path and fix', () => {
  const path = join(dir, 'missing', 'file');
  expect(() => new AppendFile(path, neverFails)).toThrow(FolderError);
  expect(() => new AppendFile(path, neverFails)).toThrow(
    `cannot write results to ${path} (ENOENT: no such file or directory)`,
  );
});

test.runIf(process.platform === 'linux')('a full disk is reported once, and nothing is thrown', () => {
  const failures: string[][] = [];
  const file = new AppendFile('/dev/full', (...failure) => failures.push(failure));
  file.append('first');
  file.append('second');
  file.close();
  expect(failures).toEqual([['/dev/full', 'ENOSPC: no space left on device']]);
});
