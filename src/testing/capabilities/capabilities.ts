import type { ProtocolKind } from '../../core/protocol/specs.ts';

/** What a protocol may have, in the order of the table's columns. */
export const CAPABILITIES = [
  /** the upgrade, with what the protocol needs of it and requests before it */ 'connect',
  /** a token that is accepted makes the connection usable, and one that is refused does not */ 'authenticated',
  /** a channel, room, topic or subscription that is joined before a client is ready */ 'joined',
  'command and ack',
  /** pings of the server, which clients answer or live by */ 'server ping',
  /** pings of the client */ 'client ping',
  /** a token's expiry is recognised as such, not as any other loss */ 'expiry seen as such',
  /** what the server says that a client should do next is followed */ 'advice',
  /** a newer token on the open connection */ 'renewal',
  /** delays and what is final, as in the client library that is named */ 'reconnect as its library does',
] as const;

export type Capability = (typeof CAPABILITIES)[number];

/** Protocols that servers outside this project speak by name. */
export type ForeignProtocol = Exclude<ProtocolKind, 'none' | 'squall' | 'json' | 'module'>;

/** Capabilities that a protocol does not have, with the reason. */
export type Absent = Readonly<Partial<Record<Capability, string>>>;
