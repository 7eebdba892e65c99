import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bundledFile } from './bundled.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** The line that names the schema; its relative path is wrong in a copy. */
const SCHEMA_LINE = /^#\n# yaml-language-server: .*\n/m;
const EXTENDS = /^extends: \.\/([\w-]+)\.yaml$/m;

/**
 * Copies a bundled scenario, with its comments, to a new file, and the scenarios that it extends beside it under their
 * own names. An extended scenario that exists with the same content is kept.
 *
 * @returns the files; the scenario's own comes first
 * @throws {UsageError} when such a file exists; nothing is written then
 */
export function copyBundled(name: string, file: string): readonly string[] {
  const copies = new Map([[file, contentOf(name)]]);
  for (let parent = parentOf(name); parent !== undefined; parent = parentOf(parent)) {
    copies.set(join(dirname(file), `${parent}.yaml`), contentOf(parent));
  }
  const missing = Array.from(copies).filter(([path, text], index) => {
    const there = existsSync(path);
    if (there && (index === 0 || readFileSync(path, 'utf8') !== text)) {
      throw new UsageError(`${path} exists and is not overwritten: name another folder, or move it away`);
    }
    return !there;
  });
  mkdirSync(dirname(file), { recursive: true });
  for (const [path, text] of missing) writeFileSync(path, text, { flag: 'wx' });
  return Array.from(copies.keys());
}

function contentOf(name: string): string {
  return readFileSync(bundledFile(name), 'utf8').replace(SCHEMA_LINE, '');
}

function parentOf(name: string): string | undefined {
  return EXTENDS.exec(readFileSync(bundledFile(name), 'utf8'))?.[1];
}
