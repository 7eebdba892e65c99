import { showValue } from './problem.ts';
import type { Path } from './problem.ts';

/** What a reader returns in place of a value that it refuses; `at` leads to the part at fault. */
export class Rejection {
  readonly message: string;
  readonly at: Path;

  constructor(message: string, at: Path = []) {
    this.message = message;
    this.at = at;
  }
}

/** `what (value) — right`; a value that is absent or empty says so instead. */
export function reject(what: string, value: unknown, right: string, at: Path = []): Rejection {
  if (value === undefined) return new Rejection(`missing — ${right}`, at);
  if (value === null) return new Rejection(`empty — ${right}`, at);
  return new Rejection(`${what} (${showValue(value)}) — ${right}`, at);
}
