import { holesOf, type Template } from '../../core/template/template.ts';
import { nearest } from '../../core/text/nearest.ts';
import { type Contradiction, when } from './check.ts';
import { logsIn } from '../logs-in.ts';
import { issuesTokens } from '../issues-tokens.ts';
import type { WrittenScenario } from '../scenario.ts';
import { hasNextTokens } from '../next-tokens.ts';
import { sharesTokens } from '../shares-tokens.ts';
import { templatesForUsers } from '../templates.ts';

/** Claims that the embedded target reads, or sets itself. */
const EMBEDDED_CLAIMS = ['sub', 'sid', 'iss', 'aud', 'jti', 'scope', 'tenant'];

/** Users without columns that something names, and token sources that do not go with the target. */
export function checkIdentity(scenario: WrittenScenario): readonly Contradiction[] {
  return [checkColumns, checkOut, checkSource, checkFlight, checkRefreshFaults, checkLogin].flatMap((check) =>
    check(scenario),
  );
}

function checkColumns({ users, target, tokens }: WrittenScenario): readonly Contradiction[] {
  // The columns of a file are known when it is read.
  if (users?.kind === 'file') return [];
  const columns = Object.keys(users?.columns ?? {});
  return [...templatesForUsers({ target, tokens })].flatMap(({ path, template }) => {
    const strange = holesOf(template).find((hole) => hole.kind === 'user' && !columns.includes(hole.name));
    if (strange === undefined || strange.kind !== 'user') return [];
    const against = users === null ? {} : { against: 'users.generate' };
    const what =
      users === null ? `{user.${strange.name}} has no value without users` : `there is no column ${strange.name}`;
    return [{ at: path, ...against, what, fix: columnFix(strange.name, columns) }];
  });
}

/** How to mend a hole with an unknown column. */
export function columnFix(name: string, columns: readonly string[]): string {
  if (columns.length === 0) return 'name a file in users.file, or generate users';
  const meant = nearest(name, columns);
  return meant === undefined ? `the columns are ${columns.join(', ')}` : `did you mean {user.${meant}}?`;
}

function checkOut({ users, tokens: { source } }: WrittenScenario): readonly Contradiction[] {
  if (users?.kind !== 'file' || users.out === null) return [];
  const { access = null, refresh = null } = source.file ?? {};
  const composed = {
    against: 'users.out',
    what: 'a token that is more than one column cannot be written back into it',
    fix: 'write the hole alone, such as {user.refresh}, or remove users.out',
  };
  return when(
    {
      holds: source.file === null || !issuesTokens(source.endpoint),
      at: 'users.out',
      against: 'tokens.source',
      what: 'there are no tokens to write: only tokens of a column that an endpoint renews change',
      fix: 'remove it, or name the columns in tokens.source.file and the endpoint beside it',
    },
    { ...composed, holds: isMixed(access), at: 'tokens.source.file.access' },
    { ...composed, holds: isMixed(refresh), at: 'tokens.source.file.refresh' },
    {
      holds: isJsonLines(users.file) !== isJsonLines(users.out),
      at: 'users.out',
      against: 'users.file',
      what: 'one of them is JSON Lines, the other CSV, by its name',
      fix: 'give both the same ending',
    },
    {
      holds: users.out !== users.file && !/\.(?:csv|jsonl|ndjson)$/i.test(users.out),
      at: 'users.out',
      what: 'a file that squall writes has one of these endings',
      fix: 'name a .csv, .jsonl or .ndjson file',
    },
  );
}

function isMixed(template: Template | null): boolean {
  return template !== null && columnOf(template) === null;
}

/** The column of which a template consists; null: it is more, or less. */
export function columnOf(template: Template | null): string | null {
  const [only, ...others] = template?.slots ?? [];
  return only?.kind === 'user' && others.length === 0 ? only.name : null;
}

/** Whether the name of a file of users says that it is JSON Lines. */
export function isJsonLines(file: string): boolean {
  return /\.(?:jsonl|ndjson)$/i.test(file);
}

function checkLogin({ target, tokens }: WrittenScenario): readonly Contradiction[] {
  const { login } = tokens;
  return when({
    holds: login.during === 'run' && target.kind === 'url' && !logsIn(tokens),
    at: 'tokens.login.during',
    against: 'tokens.source',
    what: 'no client logs in: its first tokens are minted, or come from columns of users',
    fix: 'remove it, or name a token endpoint that gives first tokens',
  });
}

function checkFlight(scenario: WrittenScenario): readonly Contradiction[] {
  return when({
    holds: sharesTokens(scenario) && scenario.generator.workers > 1,
    at: 'generator.workers',
    against: 'tokens.source',
    what: 'devices of a user share tokens, so one worker has to hold all clients',
    fix: 'set it to 1, or set flight: client',
  });
}

function checkSource({ target, tokens: { source } }: WrittenScenario): readonly Contradiction[] {
  if (target.kind === 'url') return [];
  const against = 'target.embedded';
  const taken = EMBEDDED_CLAIMS.filter((name) => Object.hasOwn(source.mint?.claims ?? {}, name));
  return [
    ...when({
      holds: source.file !== null || source.endpoint !== null,
      at: 'tokens.source',
      against,
      what: 'the embedded target has a token endpoint and tokens of its own',
      fix: 'remove it, or set target.url',
    }),
    ...taken.map((name) => ({
      at: `tokens.source.mint.claims.${name}`,
      against,
      what: 'the embedded target needs the claim that squall sets',
      fix: 'remove it, or set target.url',
    })),
  ];
}

/** Faults of token requests, where no client makes any. */
function checkRefreshFaults(scenario: WrittenScenario): readonly Contradiction[] {
  if (hasNextTokens(scenario)) return [];
  return scenario.faults.flatMap(({ kind }, index) =>
    when({
      holds: kind === 'refresh',
      at: `faults.${index}.refresh`,
      against: 'tokens.source',
      what: 'clients have no other token than their first, so none is asked for',
      fix: 'remove the fault, or add a token endpoint to tokens.source',
    }),
  );
}
