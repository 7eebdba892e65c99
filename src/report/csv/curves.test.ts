import { describe, expect, it } from 'vitest';
import { scriptedSummary } from '../../testing/scripted-summary.ts';
import { csvReport } from './curves.ts';

const { curves, measurements } = scriptedSummary();
const [head = [], ...rows] = csvReport(measurements, { tokens: 'minted', ready: 'http-101' })
  .trimEnd()
  .split('\n')
  .map((line) => line.split(','));

function column(name: string): readonly number[] {
  const at = head.indexOf(name);
  return rows.map((row) => Number(row[at]));
}

describe('the CSV report', () => {
  it('has a row for each 100 ms of the run, and a cell for each column', () => {
    expect(rows).toHaveLength(300);
    expect(column('start_ms').slice(0, 3)).toEqual([0, 100, 200]);
    expect(rows.every((row) => row.length === head.length)).toBe(true);
  });

  it('says in every row that tokens were minted, and that ready means HTTP 101', () => {
    expect(head.slice(-2)).toEqual(['tokens', 'ready_means']);
    expect(new Set(rows.map((row) => row.slice(-2).join()))).toEqual(new Set(['minted,http-101']));
  });

  it('loses no event', () => {
    expect(column('attempts')).toEqual([...curves.values('attempts').subarray(0, 300)]);
    expect(column('lost_closed').reduce((sum, n) => sum + n, 0)).toBe(curves.total('lostClosed'));
  });

  it('has how many clients are in a state, where the curve has comings and goings', () => {
    expect(column('state_ready').at(-1)).toBe(curves.total('stateReady'));
    expect(Math.max(...column('state_ready'))).toBe(500);
    expect(Math.min(...column('state_ready'))).toBe(0);
  });
});
