/** Clients of one implementation towards one server. */
export interface Population {
  /** Prepares the clients and returns just before the first one connects; they connect evenly at a rate. */
  begin(url: string, clients: number, perSecond: number): Promise<void>;
  /** number of clients that became ready */
  readonly ready: number;
  /** Closes all connections and releases the memory. */
  end(): Promise<void>;
}

/** Rate of connects: fast enough to be a storm, slow enough for the slower implementation on one core. */
export const ARRIVALS_PER_SECOND = 2000;
/** Rate at which all clients of the bench are due within 20 ms. */
export const BURST_PER_SECOND = 200_000;

const MS_PER_SECOND = 1000;

/** Time until all clients have begun to connect, ms. */
export function arriveOverMs(clients: number, perSecond = ARRIVALS_PER_SECOND): number {
  return (clients / perSecond) * MS_PER_SECOND;
}
