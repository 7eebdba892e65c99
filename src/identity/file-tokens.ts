import { decodeJwt } from 'jose/jwt/decode';
import { fill, type Template } from '../core/template/template.ts';
import { type Problem, ScenarioError } from '../scenario/problem.ts';
import { issuesTokens } from '../scenario/issues-tokens.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { type Users, userOf } from './users.ts';

/** Matches what is not visible ASCII, of which a token consists (RFC 6749 appendix A.12 and A.17), without blanks. */
const NOT_IN_A_TOKEN = /[^\x21-\x7e]/;
/** Most rows that an error names. */
const NAMED_MAX = 20;

/**
 * Checks the tokens that clients take from columns of users. Errors name the row, and never quote a token.
 *
 * @param nowMs wall clock
 * @throws ScenarioError for what is no token, and for an access token that has run out where none follows
 */
export function checkFileTokens(scenario: Scenario, users: Users | null, nowMs = Date.now()): void {
  const { file, endpoint } = scenario.tokens.source;
  if (file === null || users === null) return;
  const problems = [
    ...columnProblems(scenario, users, 'access', file.access, issuesTokens(endpoint) ? null : nowMs),
    ...columnProblems(scenario, users, 'refresh', file.refresh, null),
  ];
  if (problems.length > 0) throw new ScenarioError(problems.slice(0, NAMED_MAX));
}

/** @param aliveAtMs instant at which the tokens have to be valid; null: they are not asked */
function columnProblems(
  { clients, name }: Scenario,
  users: Users,
  key: 'access' | 'refresh',
  template: Template | null,
  aliveAtMs: number | null,
): readonly Problem[] {
  if (template === null) return [];
  const problems: Problem[] = [];
  for (let client = 0; client < clients.count && problems.length < NAMED_MAX; client++) {
    const user = userOf(client, clients.perUser);
    const token = fill(template, { client, user: users.rowOf(user) });
    const message = flawOf(token) ?? (aliveAtMs === null ? null : expiry(token, aliveAtMs));
    if (message === null) continue;
    const { source } = users;
    const line = source?.table.lines[users.indexOf(user)];
    const place = source === null || line === undefined ? { file: name } : { file: source.file, line, column: 1 };
    problems.push({ place, path: `tokens.source.file.${key}`, message });
  }
  return problems;
}

/** Describes what is wrong with a token without quoting it. */
function flawOf(token: string): string | null {
  if (token === '') return 'no token — write one';
  const at = token.search(NOT_IN_A_TOKEN);
  if (at === -1) return null;
  const what = /\s/.test(token.charAt(at)) ? 'a blank' : 'a character that no token has';
  return `${what} at character ${at + 1} of the token — write the token alone`;
}

function expiry(token: string, nowMs: number): string | null {
  try {
    const { exp } = decodeJwt(token);
    if (typeof exp !== 'number' || exp * 1000 > nowMs) return null;
    const seconds = Math.ceil(nowMs / 1000 - exp);
    return `the token ran out ${seconds} s ago, and no endpoint renews it — write a fresh one`;
  } catch {
    // An opaque token does not say.
    return null;
  }
}
