/** Clients of one implementation towards one server. */
export interface Population {
  /**
   * Prepares the clients and returns just before the first one connects; they connect evenly at ARRIVALS_PER_SECOND.
   */
  begin(url: string, clients: number): Promise<void>;
  /** number of clients that became ready */
  readonly ready: number;
  /** Closes all connections and releases the memory. */
  end(): Promise<void>;
}

/** Rate of connects: fast enough to be a storm, slow enough for the slower implementation on one core. */
export const ARRIVALS_PER_SECOND = 2000;

const MS_PER_SECOND = 1000;

/** Time until all clients have begun to connect, ms. */
export function arriveOverMs(clients: number): number {
  return (clients / ARRIVALS_PER_SECOND) * MS_PER_SECOND;
}
