import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { EXIT } from './exit-code.ts';
import { print, say } from './output.ts';
import { STARTER } from './starter.ts';
import { UsageError } from './usage-error.ts';
import { verb } from './verb.ts';

const FILE_NAME = 'scenario.yaml';

export const init = verb({
  command: 'init [path]',
  summary: 'Write a commented scenario to start from',
  details: 'Writes a commented scenario that validates and runs, and prints its path. Never overwrites a file.',
  positionals: (parser) =>
    parser.positional('path', {
      type: 'string',
      default: '.',
      describe: `A folder, for ${FILE_NAME} in it, or a file that ends in .yaml or .yml`,
    }),
  flags: {},
  examples: [
    ['$0 init', `./${FILE_NAME}`],
    ['$0 init load/storm.yaml', 'a file of that name'],
  ],
  act({ path }) {
    const file = scenarioFile(path);
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, STARTER, { flag: 'wx' });
    } catch (error) {
      throw new UsageError(whyNot(file, error), { cause: error });
    }
    print(file);
    say(`Now run it: squall run ${file}`);
    return EXIT.pass;
  },
});

function scenarioFile(path: string): string {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return !isFolder && /^\.ya?ml$/.test(extname(path)) ? path : join(path, FILE_NAME);
}

function whyNot(file: string, error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
    return `${file} exists and is not overwritten: name another file, or move it away`;
  }
  return `cannot write ${file} (${error instanceof Error ? error.message : String(error)}): name another place`;
}
