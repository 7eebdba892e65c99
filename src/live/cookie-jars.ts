import { CookieJar } from '../identity/cookies.ts';

/** A cookie jar for each client of a worker, where its token source keeps cookies. */
export class CookieJars {
  readonly #jars: (CookieJar | undefined)[] = [];
  readonly #keeps: boolean;

  constructor(keeps: boolean) {
    this.#keeps = keeps;
  }

  /** The jar of a client; null: no cookies are kept. */
  of(client: number): CookieJar | null {
    return this.#keeps ? (this.#jars[client] ??= new CookieJar()) : null;
  }
}
