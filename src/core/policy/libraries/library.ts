import type { ClientPings } from '../../protocol/shape.ts';
import type { ProtocolKind } from '../../protocol/specs.ts';
import type { BackoffPolicy } from '../backoff.ts';
import type { RefreshPolicy } from '../refresh.ts';

/** A real client library, at one version and with its default options, as clients of a scenario behave. */
export interface Library {
  /** source of the behaviour: package and version, or document and section */
  readonly source: string;
  /** the protocol that it speaks; absent: any, or one that squall has no bytes for */
  readonly protocol?: ProtocolKind;
  /** the library's limit on an attempt, ms; null: none, it waits for the operating system */
  readonly connectTimeoutMs: number | null;
  /** when it connects again, and what is final */
  readonly policy: BackoffPolicy;
  /** pings of its clients, where they differ from those of the protocol; null: none */
  readonly heartbeat?: ClientPings | null;
  /** delays between joins of a channel on a socket that stays open; absent: it joins with the socket alone */
  readonly rejoin?: BackoffPolicy;
  /**
   * the token of an attempt, as the library gets it from its application. `attempt`: it asks in each attempt; `series`: it asks once
   * for several attempts; `kept`: it asks once the token that it has expires or is refused; `fixed`: it presents the one that it was
   * started with; absent: not compared
   */
  readonly token?: 'attempt' | 'series' | 'kept' | 'fixed';
  /** when it asks for the next token, where it does so itself */
  readonly refresh?: Partial<Pick<RefreshPolicy, 'lead' | 'jitter' | 'clock' | 'retry'>>;
}
