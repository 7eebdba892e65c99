import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { choiceOf, text } from './terminal/arguments.ts';
import { bundledName } from './scenarios/bundled.ts';
import { copyBundled } from './scenarios/copy-bundled.ts';
import { EXIT } from './terminal/exit-code.ts';
import { print, log } from './terminal/output.ts';
import { askOutline, onTerminal, urlFlaw } from './scenarios/outline/ask.ts';
import { type Outline, outlined, outlineFlaw, USERS_FILE } from './scenarios/outline/compose.ts';
import { GOALS } from './scenarios/outline/goals.ts';
import { IDENTITIES } from './scenarios/outline/identities.ts';
import { PROTOCOLS } from './scenarios/outline/protocols.ts';
import { STARTER } from './scenarios/starter.ts';
import { UsageError } from './terminal/usage-error.ts';
import { verb } from './terminal/verb.ts';

const FILE_NAME = 'scenario.yaml';

const protocolWord = choiceOf('--protocol', PROTOCOLS);
const identityWord = choiceOf('--identity', IDENTITIES);
const goalWord = choiceOf('--goal', GOALS);

export const init = verb({
  command: 'init [path]',
  summary: 'Write a commented scenario to start from',
  details:
    "Writes a commented scenario that validates, and prints its path. On a terminal it asks for your server, protocol, identity provider and goal; flags answer in advance. Without a terminal and flags it writes one for squall's own target. Never overwrites a file. With --from, copies a bundled scenario and the scenarios that it extends.",
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
    url: { type: 'string', coerce: text('--url'), describe: 'Your WebSocket server, such as ws://127.0.0.1:3000/ws' },
    protocol: {
      type: 'string',
      coerce: protocolWord,
      describe: `What it speaks: ${Object.keys(PROTOCOLS).join(', ')}`,
    },
    identity: {
      type: 'string',
      coerce: identityWord,
      describe: `Where tokens come from: ${Object.keys(IDENTITIES).join(', ')}`,
    },
    goal: {
      type: 'string',
      coerce: goalWord,
      describe: `What to see: ${Object.keys(GOALS).join(', ')}`,
    },
  },
  examples: [
    ['$0 init', `./${FILE_NAME}, after some questions`],
    ['$0 init --url ws://127.0.0.1:3000 --protocol socket.io --identity keycloak --goal deploy', 'without questions'],
    ['$0 init load/storm.yaml', 'a file of that name'],
    ['$0 init --from rolling-deploy load', 'load/rolling-deploy.yaml'],
  ],
  async run({ path, from, url, protocol, identity, goal }) {
    if (url !== undefined && urlFlaw(url) !== null) throw new UsageError(`--url ${url}: ${urlFlaw(url)}`);
    const given = withoutMissing({ url, protocol, identity, goal });
    const name = from === undefined ? null : bundledName(from);
    if (name !== null && Object.keys(given).length > 0)
      throw new UsageError('--from copies a scenario as it is: leave --url, --protocol, --identity and --goal out');
    const outline = name === null ? await outlineOf(given) : 'starter';
    const flaw = typeof outline === 'object' && outline !== null ? outlineFlaw(outline.identity, outline.goal) : null;
    if (flaw !== null) throw new UsageError(flaw);
    if (outline === null) throw new UsageError('nothing was written, since the questions were not answered');
    const file = scenarioFile(path, name === null ? FILE_NAME : `${name}.yaml`);
    let files: readonly string[] = [file];
    let kept: string | null = null;
    try {
      if (name !== null) files = copyBundled(name, file);
      else if (outline === 'starter') write(file, STARTER);
      else ({ files, kept } = writeOutline(file, outline));
    } catch (error) {
      throw error instanceof UsageError ? error : new UsageError(writeFailureText(file, error), { cause: error });
    }
    print(files.join('\n'));
    if (kept !== null) log(kept);
    if (outline === 'starter') log(`Now run it: squall run ${file}`);
    else log(`Edit what is written in capitals, then look at one client: squall probe ${file}`);
    return EXIT.pass;
  },
});

/** The given answers, without those that are missing. */
function withoutMissing(answers: { readonly [K in keyof Outline]: Outline[K] | undefined }): Partial<Outline> {
  return Object.fromEntries(Object.entries(answers).filter(([, answer]) => answer !== undefined));
}

/** Completes the answers by questions on a terminal; without one, each missing answer is the first choice. */
async function outlineOf(given: Partial<Outline>): Promise<Outline | 'starter' | null> {
  const isTerminal = process.stdin.isTTY && process.stderr.isTTY && process.env['CI'] === undefined;
  if (isTerminal) {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return await askOutline(given, onTerminal(terminal, log));
    } finally {
      terminal.close();
    }
  }
  const { url } = given;
  if (url !== undefined) return { protocol: 'none', identity: 'mint', goal: 'deploy', ...given, url };
  if (Object.keys(given).length === 0) return 'starter';
  throw new UsageError('--protocol, --identity and --goal are of no use without --url: name your WebSocket server');
}

/** Writes the scenario, and the users file beside it where there is none; `kept` says that there is one. */
function writeOutline(
  file: string,
  outline: Outline,
): { readonly files: readonly string[]; readonly kept: string | null } {
  const { scenario, users } = outlined(outline);
  const usersFile = join(dirname(file), USERS_FILE);
  write(file, scenario);
  if (users === null) return { files: [file], kept: null };
  if (statSync(usersFile, { throwIfNoEntry: false }) !== undefined) {
    const [columns = ''] = users.split('\n');
    const kept = `${usersFile} exists and is kept: the scenario reads from it ${columns.replaceAll(',', ' and ')}`;
    return { files: [file], kept };
  }
  // Passwords will stand in it.
  write(usersFile, users, 0o600);
  return { files: [file, usersFile], kept: null };
}

function write(file: string, content: string, mode = 0o666): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content, { flag: 'wx', mode });
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
