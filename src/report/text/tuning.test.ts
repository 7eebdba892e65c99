import { expect, it } from 'vitest';
import type { Tuning } from '../../compare/tuning.ts';
import { TUNED } from '../../testing/tuned.ts';
import { tuneReport } from './tuning.ts';

function report(rest: Partial<Tuning> = {}): string {
  return tuneReport({ tuning: { ...TUNED, ...rest }, dir: null, colour: false });
}

it('names the found value and its failing neighbour, and shows the figures of each value and the live runs', () => {
  const text = report();
  expect(text.replaceAll(/\s+/g, ' ')).toContain(
    'Take tokens.refresh.jitter.uniform=5s: the smallest value that meets the thresholds, with its one seed; 0s does ' +
      'not: 0 of 1 passed (peak(attempts) < 75/s).',
  );
  expect(text).toMatch(/^value +passed +peak\(attempts\) +peak attempts$/m);
  expect(text).toMatch(/^5s \* +1 of 1 +70\/s +70\/s$/m);
  expect(text).toContain('live run at 5s: pass, as simulated');
  expect(text).toContain('live run at 0s: not run (simulated: fail): not enough[2J descriptors');
});

it('says so when nothing was found, or was looked for no longer', () => {
  const none = { found: null, milder: null, live: [] };
  expect(report(none)).toContain('No value of tokens.refresh.jitter.uniform from 0s to 10s');
  expect(report({ ...none, ended: 'interrupted' })).toContain('Interrupted: whether a value');
});

it('warns of values beyond that fail again', () => {
  expect(report({ islands: ['8s', '10s'] })).toContain('not at 8s, 10s');
});
