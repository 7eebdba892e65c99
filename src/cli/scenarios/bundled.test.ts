import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadScenario } from '../../threshold/load-scenario.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { bundledScenarios } from './bundled-index.ts';
import { bundledFile, bundledNames, scenarioPath } from './bundled.ts';
import { copyBundled } from './copy-bundled.ts';

const dir = mkdtempSync(join(tmpdir(), 'squall-bundled-'));
afterAll(() => rmSync(dir, { recursive: true }));

function read(file: string): Scenario {
  return loadScenario(file);
}

describe('the bundled scenarios', () => {
  it('all stand in the list, once, in groups, with a question, and with the length that they have', () => {
    const all = bundledScenarios();
    expect(all.map(({ name }) => name).toSorted()).toEqual(bundledNames());
    for (const { name, group, question, durationMs, duration } of all) {
      expect([name, group !== '', question.length > 10]).toEqual([name, true, true]);
      expect([name, durationMs]).toEqual([name, loadScenario(bundledFile(name)).durationMs]);
      expect(duration).toMatch(/^\d+(s|m)$/);
    }
    const groups = all.map(({ group }) => group);
    expect(groups.filter((group, i) => group !== groups[i - 1])).toEqual([...new Set(groups)]);
  });

  it.each(bundledNames())('%s means the same where it is copied to', (name) => {
    const file = join(dir, name, `${name}.yaml`);
    const files = copyBundled(name, file);
    expect(readdirSync(join(dir, name))).toHaveLength(files.length);
    expect(read(file)).toEqual(read(bundledFile(name)));
    for (const each of files) expect(readFileSync(each, 'utf8')).not.toContain('$schema');
  });

  it('overwrite nothing where they are copied to, and take up a parent that is there', () => {
    const folder = join(dir, 'twice');
    copyBundled('rotation-trap-strict', join(folder, 'a.yaml'));
    copyBundled('rotation-trap-strict', join(folder, 'b.yaml'));
    expect(readdirSync(folder)).toEqual(['a.yaml', 'b.yaml', 'rotation-trap.yaml']);
    expect(() => copyBundled('rotation-trap-strict', join(folder, 'a.yaml'))).toThrow('a.yaml exists');
    writeFileSync(join(folder, 'rotation-trap.yaml'), '# mine\n');
    expect(() => copyBundled('rotation-trap-strict', join(folder, 'c.yaml'))).toThrow('rotation-trap.yaml exists');
    expect(readdirSync(folder)).toEqual(['a.yaml', 'b.yaml', 'rotation-trap.yaml']);
  });
});

describe('a scenario on the command line', () => {
  it('is a file before it is a bundled scenario, and a folder is no file', () => {
    expect(scenarioPath('expiry-cliff')).toBe(bundledFile('expiry-cliff'));
    const file = join(dir, 'storm.yaml');
    writeFileSync(file, '');
    expect(scenarioPath(file)).toBe(file);
    mkdirSync(join(dir, 'folder'));
    expect(scenarioPath(join(dir, 'folder'))).toBe(join(dir, 'folder'));
    expect(scenarioPath('load/storm.yaml')).toBe('load/storm.yaml');
  });

  it.each([
    ['expiry-clif', 'did you mean expiry-cliff?'],
    ['deploy-drop.yaml', 'did you mean deploy-drop?'],
    ['qqqqqq', '`squall scenarios` lists the bundled ones'],
  ])('%s is unknown, and the nearest name is suggested', (given, hint) => {
    expect(() => scenarioPath(given)).toThrow(`${given}: no such file, and no bundled scenario of that name — ${hint}`);
  });
});
