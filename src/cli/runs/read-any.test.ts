import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { ReportFormat } from '../../report/formats.ts';
import { RUN } from '../../report/of-run.ts';
import { simulatedFolder } from '../../testing/simulated-folder.ts';
import { readAny } from './read-any.ts';

const scratch = mkdtempSync(join(tmpdir(), 'squall-read-any-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const whole = await simulatedFolder(
  'duration: 5s\nclients: { count: 5, arrive: { over: 1s } }\nfaults: [{ at: 2s, drop: reset }]',
  join(scratch, 'whole'),
);

/** A copy of the folder with a changed timeline; with `isCutOff`, it has no summary. */
function folderWith(name: string, change: (lines: readonly string[]) => readonly string[], isCutOff: boolean): string {
  const dir = join(scratch, name);
  cpSync(whole, dir, { recursive: true });
  const file = join(dir, 'timeline.ndjson');
  writeFileSync(file, change(readFileSync(file, 'utf8').split('\n')).join('\n'));
  if (isCutOff) rmSync(join(dir, 'summary.json'));
  return dir;
}

function shown(dir: string, format: ReportFormat) {
  return readAny(dir, ({ formats }, material, warnings) => ({
    text: formats[format]?.(material, false) ?? '',
    warnings: warnings(format),
  }));
}

const TORN = (lines: readonly string[]) => lines.map((line, n) => (n === 3 ? line.slice(0, 40) : line));
const DAMAGE = 'timeline.ndjson line 4 is damaged; it and what follows are left out';

it.each(Object.keys(RUN.formats) as ReportFormat[])(
  'a damaged timeline of a finished run is a warning beside its %s report',
  (format) => {
    const { text, warnings } = shown(folderWith(`finished-${format}`, TORN, false), format);
    expect(warnings).toEqual([DAMAGE]);
    expect(text).not.toContain(DAMAGE);
  },
);

it('a damaged timeline of a run that was cut off is a warning in its text report, once', () => {
  const { text, warnings } = shown(folderWith('cut-off', TORN, true), 'text');
  expect(text.replaceAll(/\s+/g, ' ')).toContain(`warning: ${DAMAGE}`);
  expect(warnings).toEqual([]);
});

it('counts of a run that was cut off within its first second are not recorded, rather than 0', () => {
  const { text } = shown(
    folderWith('header', (lines) => [...lines.slice(0, 1), ''], true),
    'text',
  );
  expect(text).toMatch(/^clients +– of 5 started/m);
  expect(text).toMatch(/^exposure +– client-seconds/m);
});
