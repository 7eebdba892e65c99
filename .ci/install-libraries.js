// Installs the package of client libraries, src/testing/libraries, from its own lock file, unless that is done already.
// No package of it runs a script of its own.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A registry that hangs fails the step after this time. */
const LIMIT_MS = 600_000;

const folder = fileURLToPath(new URL('../src/testing/libraries', import.meta.url));
const stamp = join(folder, 'node_modules', '.installed-lock');
const lock = createHash('sha256')
  .update(readFileSync(join(folder, 'package-lock.json')))
  .digest('hex');

if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) {
  process.stdout.write('client libraries: installed\n');
} else {
  process.stdout.write('client libraries: installing from src/testing/libraries/package-lock.json\n');
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, error } = spawnSync('npm', args, { cwd: folder, stdio: 'inherit', timeout: LIMIT_MS });
  if (error !== undefined || status !== 0) {
    process.stderr.write(
      `client libraries: not installed (${error?.message ?? `npm ci ended with ${status}`}); is the npm registry within reach?\n`,
    );
    process.exit(1);
  }
  writeFileSync(stamp, lock);
}
