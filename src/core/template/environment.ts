import { asIs, type Escape, type Template, withEnvironment } from './template.ts';

/** A variable that a template names and that is not set. */
export interface UnsetVariable {
  /** dotted path of the template in its scenario */
  readonly path: string;
  readonly name: string;
}

/**
 * Puts the environment's values into the templates of a run. It collects variables that are not set, and the values that
 * were used, which are secrets.
 */
export class Environment {
  readonly unset: UnsetVariable[] = [];
  readonly used = new Set<string>();
  readonly #valueOf: (name: string) => string | undefined;

  /** @param valueOf value of a variable; undefined: it is not set */
  constructor(valueOf: (name: string) => string | undefined) {
    this.#valueOf = valueOf;
  }

  /**
   * Puts the values into a template. Of a variable that is not set the value is empty, and it is kept in `unset`.
   *
   * @param path dotted path of the template in its scenario
   */
  bind(template: Template, path: string, escape: Escape = asIs): Template {
    const bound = withEnvironment(template, (name) => this.#read(name, path), escape);
    return 'unset' in bound ? template : bound;
  }

  #read(name: string, path: string): string {
    const value = this.#valueOf(name);
    if (value === undefined) this.unset.push({ path, name });
    else this.used.add(value);
    return value ?? '';
  }
}
