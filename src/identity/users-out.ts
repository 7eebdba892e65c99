import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { PRIVATE, replaceFile } from '../disk/replace-file.ts';
import type { Row } from '../core/template/template.ts';
import { columnOf } from '../scenario/checks/identity.ts';
import { ScenarioError } from '../scenario/problem.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { readUsers } from './read-users.ts';
import type { UserTable } from './user-table.ts';
import { type Users, userOf } from './users.ts';
import { usersText } from './users-text.ts';

/** A client's newest tokens, to be kept for the next run. */
export interface RenewedTokens {
  /** the client's number in the whole population */
  readonly client: number;
  /** null: it did not change */
  readonly access: string | null;
  readonly refresh: string | null;
}

/** Columns of the users that hold tokens; null: none does. */
interface TokenColumns {
  readonly access: string | null;
  readonly refresh: string | null;
}

interface UsersOutParts {
  readonly file: string;
  readonly table: UserTable;
  readonly columns: TokenColumns;
  /** place of a client's row in the table */
  readonly indexOf: (client: number) => number;
}

/** Least time between two writes during a run, ms. */
const WRITE_EVERY_MS = 1000;
/** Share of the time that writing may take, as a divisor: a large file is written less often. */
const SHARE = 20;

/**
 * Where a scenario keeps the newest tokens of its users; null: nowhere.
 *
 * @throws ScenarioError when the file cannot be written
 */
export function usersOutOf({ name, users: plan, clients, tokens }: Scenario, users: Users | null): UsersOut | null {
  if (plan?.kind !== 'file' || plan.out === null || users === null || users.source === null) return null;
  const { file } = tokens.source;
  checkWritable(plan.out, name);
  if (plan.out !== users.source.file) checkReplaceable(plan.out, users.columns);
  return new UsersOut({
    file: plan.out,
    table: users.source.table,
    columns: { access: columnOf(file?.access ?? null), refresh: columnOf(file?.refresh ?? null) },
    indexOf: (client) => users.indexOf(userOf(client, clients.perUser)),
  });
}

/** A new file takes the place of the old one, so its folder has to be writable. */
function checkWritable(file: string, scenario: string): void {
  try {
    accessSync(dirname(file), constants.W_OK | constants.X_OK);
  } catch {
    const message = 'squall may not write into its folder — name a file in another one';
    throw new ScenarioError([{ place: { file: scenario }, path: 'users.out', message }]);
  }
}

/** Only a file of the same users may be replaced: a scenario that names any other is mistaken, or means harm. */
function checkReplaceable(file: string, columns: readonly string[]): void {
  if (!existsSync(file)) return;
  const { columns: found } = readUsers(file);
  if (found.length === columns.length && columns.every((column) => found.includes(column))) return;
  const message = 'there is a file with other columns, which squall does not replace — remove it, or name another one';
  throw new ScenarioError([{ place: { file }, path: 'users.out', message }]);
}

/** Keeps the newest tokens of a run's users in their file. */
export class UsersOut {
  readonly #parts: UsersOutParts;
  readonly #changed = new Map<number, Row>();
  #isWritten = true;
  #nextAtMs = 0;

  constructor(parts: UsersOutParts) {
    this.#parts = parts;
  }

  get file(): string {
    return this.#parts.file;
  }

  note(renewed: readonly RenewedTokens[]): void {
    const { columns, indexOf } = this.#parts;
    for (const { client, access, refresh } of renewed) {
      const index = indexOf(client);
      if (columns.access !== null && access !== null) this.#set(index, columns.access, access);
      if (columns.refresh !== null && refresh !== null) this.#set(index, columns.refresh, refresh);
    }
  }

  #set(index: number, column: string, value: string): void {
    const changed = this.#changed.get(index);
    const now = changed?.[column] ?? this.#parts.table.rows[index]?.[column];
    if (now === value) return;
    this.#changed.set(index, { ...changed, [column]: value });
    this.#isWritten = false;
  }

  /**
   * Writes the file if something has changed and enough time has passed since the last try.
   *
   * @param nowMs monotonic clock
   * @throws the file system's error; a later call tries again
   */
  writeDue(nowMs: () => number): void {
    const beganMs = nowMs();
    if (this.#isWritten || beganMs < this.#nextAtMs) return;
    this.#nextAtMs = beganMs + WRITE_EVERY_MS;
    this.write();
    this.#nextAtMs = Math.max(this.#nextAtMs, beganMs + SHARE * (nowMs() - beganMs));
  }

  /** Writes the file if something has changed. */
  write(): void {
    if (this.#isWritten) return;
    replaceFile(this.#parts.file, usersText(this.#parts.table, this.#changed), PRIVATE);
    this.#isWritten = true;
  }
}
