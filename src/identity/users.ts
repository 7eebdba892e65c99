import { fill, holesOf, type Row } from '../core/template/template.ts';
import { columnFix } from '../scenario/checks/identity.ts';
import { type Problem, ScenarioError } from '../scenario/problem.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { templatesForUsers } from '../scenario/templates.ts';
import { newestOf, readUsers } from './read-users.ts';
import type { UserTable } from './user-table.ts';

/** The users of a scenario. */
export interface Users {
  readonly columns: readonly string[];
  /** file that holds them; null: they are generated */
  readonly source: { readonly file: string; readonly table: UserTable } | null;
  /** row of user number `user`, from 0 */
  readonly rowOf: (user: number) => Row;
  /** place of that row among those of the file */
  readonly indexOf: (user: number) => number;
}

/** The number of the user for whom a client stands: a user has `perUser` devices. */
export function userOf(client: number, perUser: number): number {
  return Math.floor(client / perUser);
}

/** The next user; after the last one the first. */
export function anotherUser(user: number, count: number): number {
  return (user + 1) % count;
}

/** The clients of a shard: every `shards`-th, beginning with number `shard`. */
interface ShardOfClients {
  readonly shard: number;
  readonly shards: number;
  readonly count: number;
  readonly perUser: number;
}

/**
 * Rows of a shard's users by the number of the user.
 *
 * @param withOthers also those of whom a fault may issue tokens
 */
export function rowsOfShard(users: Users, clients: ShardOfClients, withOthers: boolean): ReadonlyMap<number, Row> {
  const { shard, shards, count, perUser } = clients;
  const rows = new Map<number, Row>();
  const all = Math.ceil(count / perUser);
  for (let client = shard; client < count; client += shards) {
    const user = userOf(client, perUser);
    for (const each of withOthers ? [user, anotherUser(user, all)] : [user])
      if (!rows.has(each)) rows.set(each, users.rowOf(each));
  }
  return rows;
}

/**
 * Reads or generates the users of a scenario, and checks that every column that a template names exists and that there
 * are enough rows.
 *
 * @param scenario its templates in `users.generate` are bound to the environment, or are used for checks only
 * @returns null: the scenario has none
 * @throws ScenarioError
 */
export function usersOf(scenario: Scenario): Users | null {
  const { users, clients } = scenario;
  if (users === null) return null;
  if (users.kind === 'generated') {
    const columns = Object.entries(users.columns);
    const rowOf = (client: number): Row =>
      Object.fromEntries(columns.map(([name, template]) => [name, fill(template, { client })]));
    return { columns: Object.keys(users.columns), source: null, rowOf, indexOf: (user) => user };
  }
  const file = users.out === null ? users.file : newestOf(users.file, users.out);
  const table = readUsers(file);
  const needed = Math.ceil(clients.count / clients.perUser);
  const problems = [...columnProblems(scenario, file, table.columns), ...rowProblems(scenario, file, table, needed)];
  if (problems.length > 0) throw new ScenarioError(problems);
  const { rows } = table;
  const indexOf = (user: number): number => user % rows.length;
  return { columns: table.columns, source: { file, table }, rowOf: (user) => rows[indexOf(user)] ?? {}, indexOf };
}

function columnProblems(scenario: Scenario, file: string, columns: readonly string[]): readonly Problem[] {
  return [...templatesForUsers(scenario)].flatMap(({ path, template }) =>
    holesOf(template).flatMap((hole): readonly Problem[] => {
      if (hole.kind !== 'user' || columns.includes(hole.name)) return [];
      const message = `there is no column ${hole.name} — ${columnFix(hole.name, columns)}`;
      return [{ place: { file, line: 1, column: 1 }, path, message }];
    }),
  );
}

function rowProblems(
  { users, clients }: Scenario,
  file: string,
  { rows }: UserTable,
  needed: number,
): readonly Problem[] {
  const shared = users?.kind === 'file' && users.share === 'rows';
  if (rows.length >= (shared ? 1 : needed)) return [];
  const { count, perUser } = clients;
  const all =
    perUser === 1
      ? counted(count, 'client')
      : `${counted(needed, 'user')} (${counted(count, 'client')}, ${perUser} devices a user)`;
  const fix =
    rows.length === 0
      ? 'write one a line'
      : `write more, set clients.count to ${rows.length * perUser}, or set users.share to rows`;
  const message = `${counted(rows.length, 'row')} for ${all} — ${fix}`;
  return [{ place: { file }, path: 'users.file', message }];
}

function counted(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
