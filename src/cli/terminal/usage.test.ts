import { expect, test } from 'vitest';
import { commandLineProblem } from './usage.ts';
import { loadVerbs } from '../verbs.ts';

const verbs = await loadVerbs([]);

test.each([
  [['report', 'folder', '--json']],
  [['report', '--json=true', '--no-json', '-h', '--help']],
  [['mint', '--sub', '7']],
  [['validate', '--', '--odd-file-name']],
  [['completion']],
  [['--version']],
  [['--get-yargs-completions', 'report', '--js']],
])('%j is left to the parser', (words) => {
  expect(commandLineProblem(words, verbs)).toBeNull();
});

test.each([
  [['raport'], 'unknown command raport; did you mean report?'],
  [
    ['report', '--jsno', '--verbose-output'],
    'unknown option --jsno; did you mean --json?\nunknown option --verbose-output; there are --json, --html, --as, --output, -o, --help',
  ],
  [['simulate', 'x.yaml', '--no-report'], 'unknown option --no-report; did you mean --report?'],
  [['serve', '--tokenPort', '1'], 'unknown option --tokenPort; did you mean --token-port?'],
  [
    ['compare', 'x.yaml', '--on', 'redis://127.0.0.1'],
    '--on is an option of `squall run` and `squall doctor`: this command works on this machine alone; leave it out',
  ],
  [
    ['tune', 'x.yaml', '--on=redis://127.0.0.1'],
    '--on is an option of `squall run` and `squall doctor`: this command works on this machine alone; leave it out',
  ],
  [
    ['simulate', 'x.yaml', '--on', 'redis://127.0.0.1'],
    '--on is an option of `squall run` and `squall doctor`: this command works on this machine alone; leave it out',
  ],
])('%j is wrong, and the nearest right word is named', (words, message) => {
  expect(commandLineProblem(words, verbs)).toBe(message);
});
