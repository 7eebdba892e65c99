import { expect, it } from 'vitest';
import { Records } from './records.ts';

const CLIENTS = 5;

it('each column keeps its own values, beside the others of the record', () => {
  const records = new Records(CLIENTS, 24);
  const columns = [records.float64(), records.float32(), records.uint32(), records.uint16(), records.uint8()];
  for (let client = 0; client < CLIENTS; client++)
    for (const [n, column] of columns.entries()) column.set(client, client * 10 + n);
  for (let client = 0; client < CLIENTS; client++)
    expect(columns.map((column) => column.at(client))).toEqual(columns.map((_, n) => client * 10 + n));
});

it('records that are too small for a column, or would misalign it, are refused', () => {
  const small = new Records(CLIENTS, 8);
  small.float64();
  expect(() => small.uint8()).toThrow(RangeError);
  const crooked = new Records(CLIENTS, 16);
  crooked.uint8();
  expect(() => crooked.float64()).toThrow(RangeError);
});
