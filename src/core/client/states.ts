/** The states of a client. The numbers index typed arrays and curves. */
export const STATE = {
  /** not arrived yet */ idle: 0,
  /** not connected, and a token is needed before the next attempt */ fetchingToken: 1,
  /** dialled, no open socket yet */ connecting: 2,
  /** socket open, first message sent, not accepted yet */ authenticating: 3,
  /** connected and authenticated: commands may be sent */ ready: 4,
  /** ready, with a newer token being fetched or presented in band */ renewing: 5,
  /** not connected, waiting for the backoff delay */ waiting: 6,
  /** stopped for the rest of the run */ stopped: 7,
} as const;

export type State = (typeof STATE)[keyof typeof STATE];

/** Names by number, for scenarios and the screen. */
export const STATE_NAMES = [
  'idle',
  'fetching-token',
  'connecting',
  'authenticating',
  'ready',
  'renewing',
  'waiting',
  'stopped',
] as const;

/** Whether the state is connected and authenticated, with or without a newer token under way. */
export function isReady(state: State): boolean {
  return state === STATE.ready || state === STATE.renewing;
}

/** Whether an attempt is under way: dialled, not ready yet. */
export function isAttempting(state: State): boolean {
  return state === STATE.connecting || state === STATE.authenticating;
}

/** Why a client is in `stopped`. */
export type StopReason = 'gave-up' | 'advised-to-stop' | 'logged-out';
