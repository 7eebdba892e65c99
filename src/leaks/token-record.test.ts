import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { expect, onTestFinished, test, vi } from 'vitest';
import { beginTokenRecord, TokenRecord } from './token-record.ts';

/** Time for which a thread is kept busy, ms: several pauses between slices. */
const BUSY_MS = 300;

function emptyRecord(): { readonly record: TokenRecord; readonly clients: () => number[] } {
  const folder = mkdtempSync(join(tmpdir(), 'squall-record-'));
  const file = join(folder, 'tokens.fp');
  beginTokenRecord(file);
  const record = new TokenRecord(file, 1);
  onTestFinished(() => {
    record.close();
    rmSync(folder, { recursive: true });
  });
  const clients = (): number[] =>
    readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => Number(/"client":(\d+)/.exec(line)?.[1]));
  return { record, clients };
}

const token = (bytes = 32): string => randomBytes(bytes).toString('base64url');
const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

test('tokens wait while the thread is busy, and are recorded in their order once it is not', async () => {
  const { record, clients } = emptyRecord();
  for (const client of upTo(50)) record.note(client, 'refresh', token());
  const endMs = performance.now() + BUSY_MS;
  while (performance.now() < endMs) {
    const turnEndMs = performance.now() + 20;
    while (performance.now() < turnEndMs);
    await new Promise(setImmediate);
  }
  expect(clients()).toEqual([]);
  await vi.waitFor(() => expect(clients()).toEqual(upTo(50)), 10_000);
});

test('the end of the record records what waits', () => {
  const { record, clients } = emptyRecord();
  for (const client of upTo(3000)) record.note(client, 'access', token());
  expect(clients()).toEqual([]);
  record.close();
  expect(clients()).toEqual(upTo(3000));
});

test('no more than 16 million characters wait', () => {
  const { record, clients } = emptyRecord();
  const long = token(12_000);
  for (const client of upTo(1048)) record.note(client, 'access', long);
  expect(clients()).toEqual([]);
  for (const client of upTo(200)) record.note(1048 + client, 'access', long);
  expect(clients().length).toBeGreaterThanOrEqual(200);
});

test('tokens that come after the end are not recorded', () => {
  const { record, clients } = emptyRecord();
  record.close();
  record.note(0, 'access', token());
  expect(clients()).toEqual([]);
});
