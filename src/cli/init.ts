import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { text } from './arguments.ts';
import { bundledName } from './bundled.ts';
import { copyBundled } from './copy-bundled.ts';
import { EXIT } from './exit-code.ts';
import { print, log } from './output.ts';
import { STARTER } from './starter.ts';
import { UsageError } from './usage-error.ts';
import { verb } from './verb.ts';

const FILE_NAME = 'scenario.yaml';

export const init = verb({
  command: 'init [path]',
  summary: 'Write a commented scenario to start from',
  details:
    'Writes a commented scenario that validates and runs, and prints its path. Never overwrites a file. With --from, copies a bundled scenario and the scenarios that it extends.',
  positionals: {
    path: {
      type: 'string',
      default: '.',
      describe: `A folder to write ${FILE_NAME} into (with --from: NAME.yaml), or a file that ends in .yaml or .yml`,
    },
  },
  flags: {
    from: {
      type: 'string',
      coerce: text('--from'),
      describe: 'Copy this bundled scenario; `squall scenarios` lists them',
    },
  },
  examples: [
    ['$0 init', `./${FILE_NAME}`],
    ['$0 init load/storm.yaml', 'a file of that name'],
    ['$0 init --from rolling-deploy load', 'load/rolling-deploy.yaml'],
  ],
  run({ path, from }) {
    const name = from === undefined ? null : bundledName(from);
    const file = scenarioFile(path, name === null ? FILE_NAME : `${name}.yaml`);
    let files: readonly string[] = [file];
    try {
      if (name === null) writeStarter(file);
      else files = copyBundled(name, file);
    } catch (error) {
      throw error instanceof UsageError ? error : new UsageError(writeFailureText(file, error), { cause: error });
    }
    print(files.join('\n'));
    log(`Now run it: squall run ${file}`);
    return EXIT.pass;
  },
});

function writeStarter(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, STARTER, { flag: 'wx' });
}

function scenarioFile(path: string, fileName: string): string {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return !isFolder && /^\.ya?ml$/.test(extname(path)) ? path : join(path, fileName);
}

function writeFailureText(file: string, error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
    return `${file} exists and is not overwritten: name another file, or move it away`;
  }
  return `cannot write ${file} (${error instanceof Error ? error.message : String(error)}): name another place`;
}
