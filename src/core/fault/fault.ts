/**
 * A planned disturbance. `atMs` counts from the run's start; `share` in (0,1] of the population is drawn from the
 * seed, so the same clients are hit in every world and every repetition.
 */
interface Planned {
  readonly atMs: number;
  readonly share: number;
}

/** The token endpoint misbehaves for a while. */
export interface RefreshFault extends Planned {
  readonly kind: 'refresh';
  readonly forMs: number;
  readonly mode: { readonly status: number } | 'refuse' | 'hang';
}

/** Ready connections are ended, their hits spread evenly over `spreadMs`. */
export interface DropFault extends Planned {
  readonly kind: 'drop';
  readonly spreadMs: number;
  readonly mode: { readonly code: number; readonly reason: string } | 'reset';
}

/** The clients' own clocks jump by `offsetMs` (positive: fast). */
export interface ClockFault extends Planned {
  readonly kind: 'clock';
  readonly offsetMs: number;
}

export type Fault = RefreshFault | DropFault | ClockFault;

/** When the fault stops acting, in ms from the run's start: the end of its window, or its last hit. */
export function faultEndMs(fault: Fault): number {
  switch (fault.kind) {
    case 'refresh':
      return fault.atMs + fault.forMs;
    case 'drop':
      return fault.atMs + fault.spreadMs;
    case 'clock':
      return fault.atMs;
  }
}

/**
 * What came of a fault. For a fault that strikes clients (drop, clock) `planned` counts the clients drawn and `hit`
 * those on whom it was carried out; for one that stands in the way (refresh) `planned` counts the requests of drawn
 * clients that arrived in its window and `hit` those it spoiled.
 */
export interface FaultTally {
  readonly planned: number;
  readonly hit: number;
}
