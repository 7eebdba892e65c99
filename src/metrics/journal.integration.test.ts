import { execFile } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Journal, JournalReader, readJournal, readWholeJournal } from './journal.ts';
import { EffectLedger } from './effect-ledger.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'squall-journal-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const records = fc
  .array(fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 })))
  .chain((few) => fc.array(fc.tuple(u32, u32)).map((any) => [...few, ...any]));

it('reads every record of any number of processes, also after torn ends', () => {
  let run = 0;
  fc.assert(
    fc.property(fc.array(fc.tuple(records, fc.nat({ max: 7 })), { minLength: 1, maxLength: 4 }), (processes) => {
      const file = join(folder, `journal-${run++}`);
      const expected = new EffectLedger();
      for (const [written, tornBytes] of processes) {
        const journal = new Journal(file);
        for (const [client, seq] of written) {
          journal.append(client, seq);
          expected.add(client, seq);
        }
        journal.close();
        appendFileSync(file, Buffer.alloc(tornBytes, 0xff));
      }
      expect(readJournal(file)).toEqual(expected);
    }),
    { numRuns: 50 },
  );
});

it('holds more than one block', () => {
  const file = join(folder, 'large');
  const journal = new Journal(file);
  for (let seq = 0; seq < 20_000; seq++) journal.append(1, seq);
  journal.close();
  expect(statSync(file).size).toBe(160_000);
  const ledger = readJournal(file);
  expect(ledger.ids).toBe(20_000);
  expect(ledger.of(1).size).toBe(20_000);
});

it('names a missing file', () => {
  expect(() => readJournal(join(folder, 'absent'))).toThrow(/ENOENT.*absent/);
});

it.each<[string, (file: string) => void, number, string | null]>([
  ['whole', () => {}, 3, null],
  ['shorter than what was recorded', () => {}, 5, 'lacks 2 of 5 effects'],
  ['cut within an entry', (file) => truncateSync(file, 20), 0, 'ends in the middle of an entry'],
  ['cut at an entry', (file) => truncateSync(file, 16), 3, 'lacks 1 of 3 effects'],
  [
    'misaligned',
    (file) => appendFileSync(file, Buffer.alloc(8, 0xff)),
    3,
    'holds entries of clients that the run does not have',
  ],
])('a journal that is %s has a flaw', (_what, harm, recorded, flaw) => {
  const file = join(folder, 'journal');
  const journal = new Journal(file);
  for (const seq of [1, 2, 3]) journal.append(9, seq);
  journal.close();
  harm(file);
  expect(readWholeJournal(file, 10, recorded).flaw).toBe(flaw);
});

it('a missing journal has a flaw', () => {
  expect(readWholeJournal(join(folder, 'absent'), 10, 0).flaw).toMatch(/^cannot be read \(ENOENT/);
});

function write(journal: Journal, client: number, seq: number): void {
  journal.append(client, seq);
  journal.flush();
}

it('is read while several processes append to it, and effects that the reader knows are counted once', () => {
  const file = join(folder, 'shared');
  const [mine, other] = [new Journal(file), new Journal(file)];
  const reader = new JournalReader(file);
  write(other, 1, 0);
  reader.read();
  expect(reader.ledger.count(1, 0)).toBe(1);
  reader.ledger.add(2, 0);
  reader.passOver(2, 0);
  write(other, 1, 1);
  write(mine, 2, 0);
  write(other, 2, 0);
  reader.read();
  reader.read();
  expect(reader.ledger).toEqual(readJournal(file));
  expect(reader.ledger.count(2, 0)).toBe(2);
  for (const journal of [mine, other, reader]) journal.close();
});

// The writers are processes of their own, from dist: build first.
it('loses nothing that several processes append at the same time', async () => {
  const file = join(folder, 'crowd');
  const writer = `
    import { Journal } from ${JSON.stringify(new URL('../../dist/metrics/journal.js', import.meta.url).href)};
    const journal = new Journal(process.argv[1]);
    for (let seq = 0; seq < 5000; seq++) { journal.append(Number(process.argv[2]), seq); journal.flush(); }
    journal.close();`;
  const run = promisify(execFile);
  const args = ['--input-type=module', '-e', writer, file];
  await Promise.all([0, 1, 2].map((client) => run(process.execPath, [...args, String(client)])));
  const ledger = readJournal(file);
  expect(ledger.ids).toBe(15_000);
  for (const client of [0, 1, 2]) expect([...ledger.of(client).values()].every((count) => count === 1)).toBe(true);
});
