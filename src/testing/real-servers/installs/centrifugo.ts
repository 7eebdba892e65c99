import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { CACHE, carriedOut, versionOf, type Effort, type Install } from './install.ts';

const MODULE = 'github.com/centrifugal/centrifugo/v6@v6.9.1';
const BUILD_MINUTES = 30;

/** Centrifugo: SQUALL_CENTRIFUGO, the cache, or PATH; else it is built, which takes nine minutes of CPU once. */
export function centrifugo(effort: Effort): Install {
  const named = process.env['SQUALL_CENTRIFUGO'];
  if (named !== undefined)
    return existsSync(named) ? { at: named } : { missing: `SQUALL_CENTRIFUGO is not there: ${named}` };
  const built = join(CACHE, 'centrifugo');
  const there = [CACHE, ...(process.env['PATH'] ?? '').split(delimiter)]
    .map((folder) => join(folder, 'centrifugo'))
    .find((file) => existsSync(file));
  if (there !== undefined) return { at: there };
  if (effort === 'find')
    return { missing: 'no binary in SQUALL_CENTRIFUGO, in PATH or in the cache; npm run test:real builds it' };
  if (versionOf('go', 'version') === null)
    return { missing: 'no binary, and no Go to build it with: install Go, or set SQUALL_CENTRIFUGO' };
  mkdirSync(CACHE, { recursive: true });
  const isBuilt = carriedOut('go', ['install', MODULE], { env: { GOBIN: CACHE }, minutes: BUILD_MINUTES });
  return isBuilt
    ? { at: built }
    : { missing: `go install ${MODULE} failed, or took more than ${BUILD_MINUTES} minutes` };
}
