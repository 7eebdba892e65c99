import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { CACHE, carriedOut, versionOf, type Effort, type Install } from './install.ts';

/** A server that Go builds. */
export interface GoProgram {
  /** its file */
  readonly name: string;
  /** environment variable with its path */
  readonly variable: string;
  /** module with its version, or a folder with a module of its own */
  readonly source: { readonly module: string } | { readonly folder: string };
  readonly minutes: number;
}

/** Finds a program by its variable, in the cache, or in PATH; else it is built into the cache. */
export function goProgram({ name, variable, source, minutes }: GoProgram, effort: Effort): Install {
  const named = process.env[variable];
  if (named !== undefined) return existsSync(named) ? { at: named } : { missing: `${variable} is not there: ${named}` };
  const built = join(CACHE, name);
  const there = [CACHE, ...(process.env['PATH'] ?? '').split(delimiter)]
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));
  if (there !== undefined) return { at: there };
  if (effort === 'find')
    return { missing: `no binary in ${variable}, in PATH or in the cache; npm run test:real builds it` };
  if (versionOf('go', 'version') === null)
    return { missing: `no binary, and no Go to build it with: install Go, or set ${variable}` };
  mkdirSync(CACHE, { recursive: true });
  const args = 'module' in source ? ['install', source.module] : ['build', '-o', built, '.'];
  const isBuilt = carriedOut('go', args, {
    env: { GOBIN: CACHE },
    minutes,
    ...('folder' in source ? { cwd: source.folder } : {}),
  });
  return isBuilt ? { at: built } : { missing: `go ${args.join(' ')} failed, or took more than ${minutes} minutes` };
}
