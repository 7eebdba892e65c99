import { expect, test } from 'vitest';
import { parseScenario } from '../threshold/load-scenario.ts';
import { NO_EXTRAS, prepareRun } from './run-setup.ts';

test('a run on real sockets that is longer than an hour is refused before anything is started', async () => {
  const events = { onDied: () => {}, onWarning: () => {} } as never;
  const long = parseScenario('duration: 61m\nclients: { count: 1 }', 'long.yaml');
  await expect(prepareRun(long, NO_EXTRAS, events)).rejects.toThrow(
    'long: duration: a run on real sockets lasts 1h at most — set duration=1h, or use squall simulate',
  );
});
