/**
 * Reasons why a client cannot work, as an application would show them. A client has one condition at a time; where
 * several apply, the first in the order loggedOut, forbidden, refreshFailing, expired counts.
 */
export const CONDITION = {
  none: 0,
  /** connected, and the latest answer to a command was a refusal */ forbidden: 1,
  /** not connected, and the token in hand has expired or was rejected by the server */ expired: 2,
  /** the latest refresh failed; lasts until one succeeds */ refreshFailing: 3,
  /** logged out: only a new login helps */ loggedOut: 4,
} as const;

export type Condition = (typeof CONDITION)[keyof typeof CONDITION];
