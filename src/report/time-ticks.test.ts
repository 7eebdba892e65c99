import { expect, test } from 'vitest';
import { timeTicks } from './time-ticks.ts';

test.each([
  [30_000, 10, ['0s', '5s', '10s', '15s', '20s', '25s', '30s']],
  [500, 10, ['0s', '0.1s', '0.2s', '0.3s', '0.4s', '0.5s']],
  [90_000, 4, ['0s', '30s', '1m', '1m30s']],
  [3_600_000, 4, ['0s', '15m', '30m', '45m', '60m']],
  [0, 10, ['0s']],
])('%d ms with %d ticks wanted has them at %j', (spanMs, wanted, texts) => {
  expect(timeTicks(spanMs, wanted).map(({ text }) => text)).toEqual(texts);
});

test('ticks closer than a second have different labels after the first minute, too', () => {
  expect(timeTicks(1_000, 2, 59_500).map(({ text }) => text)).toEqual(['59.5s', '1m', '1m0.5s']);
});
