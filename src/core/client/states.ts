/** The states of a client. The numbers index typed arrays and curves. */
export const STATE = {
  /** not arrived yet */ idle: 0,
  /** not connected, and a token is needed before the next attempt */ fetchingToken: 1,
  /** dialled, no open socket yet */ connecting: 2,
  /** socket open, first message sent, not accepted yet */ authenticating: 3,
  /** socket open and authenticated, channels not joined: a join is under way, or waits for its delay or a token */ joining: 4,
  /** connected, authenticated and joined: commands may be sent */ ready: 5,
  /** ready, with a newer token being fetched or presented in band */ renewing: 6,
  /** not connected, waiting for the backoff delay */ waiting: 7,
  /** stopped for the rest of the run */ stopped: 8,
} as const;

export type State = (typeof STATE)[keyof typeof STATE];

/** Names by number, for scenarios and the screen. */
export const STATE_NAMES = [
  'idle',
  'fetching-token',
  'connecting',
  'authenticating',
  'joining',
  'ready',
  'renewing',
  'waiting',
  'stopped',
] as const;

/** Whether the state is connected, authenticated and joined, with or without a newer token under way. */
export function isReady(state: State): boolean {
  return state === STATE.ready || state === STATE.renewing;
}

/** Whether an attempt is under way: dialled, not authenticated yet. While a client joins, one may be. */
export function isAttempting(state: State): boolean {
  return state === STATE.connecting || state === STATE.authenticating;
}

/** Why a client is in `stopped`. */
export type StopReason = 'gave-up' | 'advised-to-stop' | 'logged-out';
