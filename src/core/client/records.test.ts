import { expect, it } from 'vitest';
import { EventQueue } from '../time/event-queue.ts';
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

it('the alarms of a client lie beside its columns, in records of twice their size only', () => {
  const records = new Records(CLIENTS, 128);
  const board = records.board();
  const column = records.float64();
  const queue = new EventQueue(CLIENTS * 8, 0, board);
  for (let client = 0; client < CLIENTS; client++) {
    column.set(client, -1 - client);
    for (let alarm = 0; alarm < 8; alarm++) queue.set(client * 8 + alarm, client * 100 + alarm);
  }
  for (let client = 0; client < CLIENTS; client++) {
    expect(column.at(client)).toBe(-1 - client);
    for (let alarm = 0; alarm < 8; alarm++) expect(queue.dueAt(client * 8 + alarm)).toBe(client * 100 + alarm);
    expect([...board.due.subarray(client * 16, client * 16 + 8)].map((at) => at % 100)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7,
    ]);
  }
  expect(() => new Records(CLIENTS, 64).board()).toThrow(RangeError);
});
