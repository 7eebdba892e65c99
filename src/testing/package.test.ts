import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHECKOUT, runTool } from './checkout.ts';

/** All that may be in the package; of `dist` what runs and its types, and nothing that only tests need. */
const WANTED = [
  /^(?:package\.json|README\.md|CHANGELOG\.md|LICENSE)$/,
  /^scenarios\/(?:[\w-]+\.yaml|README\.md)$/,
  /^fixtures\/[\w./-]+\.json$/,
  /^dist\/(?!testing\/|bench\/)[\w./-]+(?<!\.test)(?:\.js|\.d\.ts)$/,
];

describe('the package', () => {
  const files = packedFiles();

  it('holds nothing that its users have no use for', () => {
    expect(files.filter((file) => !WANTED.some((wanted) => wanted.test(file)))).toEqual([]);
  });

  it('holds the command, the library with its types, and the legal text', () => {
    const needed = ['dist/main.js', 'dist/index.js', 'dist/index.d.ts', 'LICENSE', 'README.md', 'CHANGELOG.md'];
    expect(needed.filter((file) => !files.includes(file))).toEqual([]);
  });

  it('holds every scenario', () => {
    const scenarios = readdirSync(join(CHECKOUT, 'scenarios')).map((name) => `scenarios/${name}`);
    expect(scenarios).not.toEqual([]);
    expect(scenarios.filter((file) => !files.includes(file))).toEqual([]);
  });
});

function packedFiles(): readonly string[] {
  const output = runTool('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], CHECKOUT);
  const packages = JSON.parse(output) as readonly { readonly files: readonly { readonly path: string }[] }[];
  return packages.flatMap((each) => each.files.map((file) => file.path));
}
