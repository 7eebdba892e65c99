import { showValue } from '../text/show-value.ts';

/** Keys and list indices that lead from a value to one of its parts. */
export type Path = readonly (string | number)[];

/** One problem with a value, without the place in the file. */
export interface Finding {
  /** path from the value to the part at fault */
  readonly path: Path;
  readonly message: string;
  /** whether it is about the key itself (unknown) or about its value */
  readonly part: 'key' | 'value';
}

/** The result of a codec for a value that it refuses: everything that is wrong with it. */
export class Rejection {
  readonly findings: readonly Finding[];

  constructor(findings: readonly Finding[]) {
    this.findings = findings;
  }

  /** Everything that is wrong, in one line. */
  get message(): string {
    return this.findings.map(({ message }) => message).join('; ');
  }

  /** The same rejection with paths from the mapping or list that has the value under `key`. */
  under(key: string | number, part?: Finding['part']): Rejection {
    return new Rejection(
      this.findings.map((finding) => ({ ...finding, path: [key, ...finding.path], part: part ?? finding.part })),
    );
  }
}

/** Rejects with `what (value) — right`, or `missing` or `empty` for such a value. `at` leads to the part at fault. */
export function reject(what: string, value: unknown, right: string, at: Path = []): Rejection {
  if (value === undefined) return refusal(`missing — ${right}`, at);
  if (value === null) return refusal(`empty — ${right}`, at);
  return refusal(`${what} (${showValue(value)}) — ${right}`, at);
}

/** Rejects with the whole message given. */
export function refusal(message: string, path: Path = [], part: Finding['part'] = 'value'): Rejection {
  return new Rejection([{ path, message, part }]);
}
