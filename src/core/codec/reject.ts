import { showValue } from '../text/show-value.ts';

/** Keys and list indices from a value down to one of its parts. */
export type Path = readonly (string | number)[];

/** One thing that is wrong with a value, before it is known where the value was written. */
export interface Finding {
  /** leads from the value to the part at fault */
  readonly path: Path;
  readonly message: string;
  /** whether it is about the key itself (unknown) or about its value */
  readonly part: 'key' | 'value';
}

/** What a codec returns in place of a value that it refuses: everything that is wrong with it. */
export class Rejection {
  readonly findings: readonly Finding[];

  constructor(findings: readonly Finding[]) {
    this.findings = findings;
  }

  /** Everything that is wrong, in one line. */
  get message(): string {
    return this.findings.map(({ message }) => message).join('; ');
  }

  /** The same rejection, as the mapping or list sees it that has the value under `key`. */
  under(key: string | number, part?: Finding['part']): Rejection {
    return new Rejection(
      this.findings.map((finding) => ({ ...finding, path: [key, ...finding.path], part: part ?? finding.part })),
    );
  }
}

/** `what (value) — right`; a value that is absent or empty says so instead. `at` leads to the part at fault. */
export function reject(what: string, value: unknown, right: string, at: Path = []): Rejection {
  if (value === undefined) return refusal(`missing — ${right}`, at);
  if (value === null) return refusal(`empty — ${right}`, at);
  return refusal(`${what} (${showValue(value)}) — ${right}`, at);
}

/** A rejection in words of its own. */
export function refusal(message: string, path: Path = [], part: Finding['part'] = 'value'): Rejection {
  return new Rejection([{ path, message, part }]);
}
