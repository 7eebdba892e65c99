import type { Advice } from '../policy/advice.ts';
import { NETWORK, type Signal } from '../signal.ts';

/** The end of an attempt or a session by a message or close code of a protocol, as its clients see it. */
export interface SessionEnd {
  readonly signal: Signal;
  /** advice in the message; null: none */
  readonly advice: Advice | null;
  /** the end of the channel alone: the socket stays open, and clients may join again; of an expiry */
  readonly channel?: true;
}

/** How a server refuses tokens and ends connections. null: it closes the connection with the code of squall's own gateway. */
export interface ServerEnds {
  /** the refusal of a token by which a connection is to be authenticated */
  readonly refusal: SessionEnd | null;
  /** the refusal of a newer token on an authenticated connection */
  readonly renewalRefusal: SessionEnd | null;
  /** the end of a connection whose token has expired */
  readonly expiry: SessionEnd | null;
}

/** The refusal by a message that says nothing else. */
const PLAIN_REFUSAL: SessionEnd = { signal: NETWORK.authRefused, advice: null };

/** Ends of a server that refuses tokens by a message, and closes connections with codes. */
export const USUAL_ENDS: ServerEnds = {
  refusal: PLAIN_REFUSAL,
  renewalRefusal: PLAIN_REFUSAL,
  expiry: null,
};
