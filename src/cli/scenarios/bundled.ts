import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nearest } from '../../core/text/nearest.ts';
import { ScenarioError } from '../../scenario/problem.ts';
import { log } from '../terminal/output.ts';

/** The folder of the bundled scenarios, three levels above this file in both `src` and `dist`. */
const FOLDER = fileURLToPath(new URL('../../../scenarios', import.meta.url));

const NAME = /^[\w-]+$/;
const LIST = '`squall scenarios` lists the bundled ones';

/** The names of all bundled scenarios, in alphabetical order. */
export function bundledNames(): readonly string[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml'));
  return files.map((file) => file.replace(/\.yaml$/, '')).toSorted();
}

/** The file of a bundled scenario. */
export function bundledFile(name: string): string {
  return join(FOLDER, `${name}.yaml`);
}

/** The index of the bundled scenarios, in Markdown. */
export function bundledIndex(): string {
  return readFileSync(join(FOLDER, 'README.md'), 'utf8');
}

/** Messages already logged for this command line; a verb may read one scenario many times. */
const logged = new Set<string>();

/**
 * Resolves a scenario name from the command line: a file of that name or, if none exists, the bundled scenario. Logs
 * once, on stderr, which of the two it chose.
 *
 * @throws {ScenarioError} for a bare name that is neither a file nor a bundled scenario
 * @example scenarioPath('expiry-cliff') // '/usr/lib/node_modules/squall/scenarios/expiry-cliff.yaml'
 */
export function scenarioPath(given: string): string {
  const isFile = statSync(given, { throwIfNoEntry: false })?.isFile() ?? false;
  const isBundled = bundledNames().includes(given);
  if (isFile) {
    if (isBundled) logOnce(`${given}: using the file of that name, not the bundled scenario`);
    return given;
  }
  if (isBundled) {
    logOnce(`${given}: using the bundled scenario ${bundledFile(given)}`);
    return bundledFile(given);
  }
  const meant = nearest(given.replace(/\.ya?ml$/, ''), bundledNames());
  const exists = statSync(given, { throwIfNoEntry: false }) !== undefined;
  if (exists || (meant === undefined && !NAME.test(given))) return given;
  throw unknown(given, 'no such file, and no bundled scenario of that name');
}

/**
 * Checks the name of a bundled scenario and returns it without its extension.
 *
 * @throws {ScenarioError} for an unknown name, with the nearest known one
 */
export function bundledName(given: string): string {
  const name = given.replace(/\.ya?ml$/, '');
  if (bundledNames().includes(name)) return name;
  throw unknown(given, 'no bundled scenario of that name');
}

function unknown(given: string, what: string): ScenarioError {
  const meant = nearest(given.replace(/\.ya?ml$/, ''), bundledNames());
  const message = `${what} — ${meant === undefined ? LIST : `did you mean ${meant}? ${LIST}`}`;
  return new ScenarioError([{ place: { file: given }, path: '', message }]);
}

function logOnce(text: string): void {
  if (logged.has(text)) return;
  logged.add(text);
  log(text);
}
