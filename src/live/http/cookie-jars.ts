import { CookieJar } from '../../identity/cookies.ts';

/** A cookie jar for each client of a worker, where its token source keeps cookies. */
export class CookieJars {
  readonly #jars = new Map<number, CookieJar>();
  readonly #keeps: boolean;

  constructor(keeps: boolean) {
    this.#keeps = keeps;
  }

  /**
   * The jar of a client; null: no cookies are kept.
   *
   * @param number number of the client in the whole population
   */
  of(number: number): CookieJar | null {
    if (!this.#keeps) return null;
    let jar = this.#jars.get(number);
    if (jar === undefined) this.#jars.set(number, (jar = new CookieJar()));
    return jar;
  }
}
