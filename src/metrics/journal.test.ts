import { appendFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Journal, readJournal } from './journal.ts';
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

it('reads back every record, over any number of processes and torn ends', () => {
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

it('says which file is missing', () => {
  expect(() => readJournal(join(folder, 'absent'))).toThrow(/ENOENT.*absent/);
});
