import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { comparisonOf, settingOf } from '../../testing/compared.ts';
import { simulatedFolder } from '../../testing/simulated-folder.ts';
import { readComparedRuns } from './read-compared-runs.ts';

describe('the curves of a comparison from a stranger', () => {
  const root = mkdtempSync(join(tmpdir(), 'squall-compared-'));
  const dir = join(root, 'comparison');
  let outside = '';
  beforeAll(async () => {
    mkdirSync(dir);
    outside = await simulatedFolder(
      'name: small\nduration: 3s\ntarget: { embedded: {} }\nclients: { count: 5, arrive: { over: 1s } }\n',
      root,
    );
  });
  afterAll(() => rmSync(root, { recursive: true }));

  const read = (folder: string): number =>
    readComparedRuns(dir, comparisonOf([settingOf('0s', {}, { folders: [folder] })])).length;

  it('are read from no folder outside its own', () => {
    symlinkSync(outside, join(dir, 'link'));
    expect([outside, '..', join(dir, 'link'), '/'].map(read)).toEqual([0, 0, 0, 0]);
  });

  it('are read from its own folder, wherever that was moved to', () => {
    cpSync(outside, join(dir, basename(outside)), { recursive: true });
    expect(read(join('elsewhere', basename(outside)))).toBe(1);
  });
});
