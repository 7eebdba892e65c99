import { readRegular } from '../disk/regular-file.ts';
import { ScenarioError, type Problem } from '../scenario/problem.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** Matches what is not visible ASCII, of which a refresh token consists (RFC 6749 appendix A.17), without blanks. */
const NOT_IN_A_TOKEN = /[^\x21-\x7e]/;
/** Most bytes of the file: enough for 100,000 clients with refresh tokens of 2 KiB. */
const MAX_BYTES = 256 * 1024 * 1024;
/** Most lines of a file that an error names. */
const NAMED_MAX = 20;

/**
 * Reads the refresh tokens of `tokens.refresh.tokensFile` by client number; empty: no file is named.
 *
 * @throws ScenarioError when there are fewer tokens than clients or a line is no token; it never quotes a line
 */
export async function refreshTokens({ tokens, clients }: Scenario): Promise<readonly string[]> {
  const file = tokens.refresh.tokensFile;
  if (file === null) return [];
  const path = 'tokens.refresh.tokensFile';
  const lines = linesOf(file, path);
  const problems = lines.flatMap((line, index): readonly Problem[] => {
    const what = flawOf(line);
    if (what === null) return [];
    return [{ place: { file, line: index + 1, column: 1 }, path, message: `${what} — write one refresh token a line` }];
  });
  if (lines.length < clients.count) {
    const message =
      `${counted(lines.length, 'refresh token')} for ${counted(clients.count, 'client')} (clients.count is ${clients.count}) — ` +
      `write one a line for each client${lines.length === 0 ? '' : `, or set clients.count to ${lines.length}`}`;
    problems.unshift({ place: { file }, path, message });
  }
  if (problems.length > 0) throw new ScenarioError(problems.slice(0, NAMED_MAX));
  return lines;
}

function linesOf(file: string, path: string): readonly string[] {
  let text: string;
  try {
    text = readRegular(file, MAX_BYTES, false).toString('utf8');
  } catch {
    const message = 'cannot be read — name a file with one refresh token a line';
    throw new ScenarioError([{ place: { file }, path, message }]);
  }
  const lines = text.split(/\r?\n/);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/** Describes what is wrong with a line without quoting it, since it may hold most of a token. */
function flawOf(line: string): string | null {
  if (line === '') return 'an empty line';
  const at = line.search(NOT_IN_A_TOKEN);
  if (at === -1) return null;
  const what = /\s/.test(line.charAt(at)) ? 'a blank' : 'a character that no token has';
  return `${what} at column ${at + 1}`;
}

function counted(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
