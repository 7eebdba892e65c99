// Removes every type declaration from dist that dist/index.d.ts does not lead to: the package ships the library's types alone.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

const IMPORT = /(?:from|import\()\s*['"](\.[^'"]+?)\.[jt]sx?['"]/g;

const reachable = new Set([join('dist', 'index.d.ts')]);
for (const file of reachable) {
  for (const [, name] of readFileSync(file, 'utf8').matchAll(IMPORT))
    reachable.add(join(dirname(file), `${name}.d.ts`));
}
for (const name of readdirSync('dist', { recursive: true })) {
  const file = join('dist', name);
  if (file.endsWith('.d.ts') && !reachable.has(file)) rmSync(file);
}
