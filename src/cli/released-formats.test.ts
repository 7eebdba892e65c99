import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { summaryOf } from '../results/conclude.ts';
import { readFolder } from '../results/read-folder.ts';
import { readAny } from './read-any.ts';

const RELEASED = new URL('../../fixtures/results/', import.meta.url).pathname;
const FORMATS = readdirSync(RELEASED).filter((name) => !name.includes('.md'));
const scratch = mkdtempSync(join(tmpdir(), 'squall-released-'));
afterAll(() => rmSync(scratch, { recursive: true }));

describe.each(FORMATS)('results of %s', (format) => {
  const folder = (name: string): string => join(RELEASED, format, name);

  it.each(['simulated', 'live', 'seeds', 'comparison', 'tuning'])('have a %s folder with every report', (name) => {
    const kinds = readAny(folder(name), (reports, material, warnings) => {
      expect(warnings('csv')).toEqual([]);
      return Object.values(reports.formats).map((report) => report(material, false));
    });
    expect(kinds.length).toBeGreaterThan(0);
  });

  it.each(['simulated', 'live'])('have the figures of the %s run, whole or cut off', (name) => {
    const { summary, damage, measurements } = readFolder(folder(name));
    const cut = join(scratch, `${format}-${name}`);
    cpSync(folder(name), cut, { recursive: true });
    rmSync(join(cut, 'summary.json'));
    const anew = summaryOf(readFolder(cut));
    expect(damage).toEqual([]);
    expect(summary).not.toBeNull();
    const { timings, attempts, clients, conditions, exposure, losses, thresholds } = anew;
    expect(summary).toMatchObject({ timings, attempts, clients, conditions, exposure, losses, thresholds });
    expect(measurements.counts.clientsStarted).toBe(8);
    expect(JSON.parse(readFileSync(join(folder(name), 'summary.json'), 'utf8'))).toMatchObject({ attempts, losses });
  });
});
