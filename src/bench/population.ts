/** Clients of one make, as many as `begin` says, towards one server. */
export interface Population {
  /**
   * Makes ready all that is needed, and returns when the first client is about to connect: from then on they do so
   * at ARRIVALS_PER_SECOND, evenly.
   */
  begin(url: string, clients: number): Promise<void>;
  /** how many clients have become ready since */
  readonly ready: number;
  /** Closes every connection, and lets go of all memory. */
  end(): Promise<void>;
}

/** Fast enough to be a storm, slow enough that the slower make keeps up on a core of its own. */
export const ARRIVALS_PER_SECOND = 2000;

const MS_PER_SECOND = 1000;

/** How long it takes until all have begun to connect. */
export function arriveOverMs(clients: number): number {
  return (clients / ARRIVALS_PER_SECOND) * MS_PER_SECOND;
}
