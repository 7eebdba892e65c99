import { replaceFile } from '../disk/replace-file.ts';
import type { Row } from '../core/template/template.ts';
import type { UserTable } from './user-table.ts';
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
export interface TokenColumns {
  readonly access: string | null;
  readonly refresh: string | null;
}

export interface UsersOutParts {
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
      const row = { ...this.#changed.get(indexOf(client)) };
      if (columns.access !== null && access !== null) row[columns.access] = access;
      if (columns.refresh !== null && refresh !== null) row[columns.refresh] = refresh;
      this.#changed.set(indexOf(client), row);
      this.#isWritten = false;
    }
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
    replaceFile(this.#parts.file, usersText(this.#parts.table, this.#changed));
    this.#isWritten = true;
  }
}
