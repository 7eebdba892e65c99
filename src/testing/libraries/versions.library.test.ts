import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LIBRARIES } from '../../core/policy/libraries/index.ts';

/** The version of an installed package. */
function installed(name: string): string {
  const manifest = JSON.parse(
    readFileSync(join(import.meta.dirname, 'node_modules', name, 'package.json'), 'utf8'),
  ) as { version: string };
  return manifest.version;
}

const packages = Object.values(LIBRARIES).flatMap(({ source }) => {
  const [, name, version] = /^((?:@[\w-]+\/)?[\w.-]+) (\d+\.\d+\.\d+)$/.exec(source) ?? [];
  return name === undefined || version === undefined ? [] : [[name, version] as const];
});

test.each(packages)('%s is installed at the version that squall cites, %s', (name, version) => {
  expect(installed(name)).toBe(version);
});
