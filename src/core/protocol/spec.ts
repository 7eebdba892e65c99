import type { AnyCodec } from '../codec/codec.ts';
import type { Rejection } from '../codec/reject.ts';
import type { ConditionalContradiction } from '../fault/spec.ts';
import type { Carrier, Renewal } from '../token/carrier.ts';
import type { ProtocolShape } from './shape.ts';

/** What a scenario asks of its protocol. */
export interface ProtocolUse {
  /** how the token travels; `message`: the protocol presents it */
  readonly carrier: Carrier['kind'];
  readonly renewal: Renewal;
  /** whether clients send commands */
  readonly commands: boolean;
  /** whether clients ping */
  readonly heartbeat: boolean;
}

/** A protocol as a scenario chooses it. */
export interface AnyProtocol {
  readonly kind: string;
}

/**
 * The definition of one protocol without its bytes. A protocol is one file here with its keys and its spec, and a line in
 * `specs.ts`; its bytes are one file in `protocols/` and a line in `protocols/registry.ts`.
 */
export interface ProtocolSpec<P extends AnyProtocol> {
  /** what it is, for editors */
  readonly summary: string;
  /** its keys; a protocol whose keys all have defaults may be written as its name alone */
  readonly fields: FieldsOf<Omit<P, 'kind'>>;
  shape(protocol: P, use: ProtocolUse): ProtocolShape;
  /**
   * Possible contradictions between the protocol and the rest of its scenario, each with whether it is present.
   *
   * @param at dotted path of the protocol's keys
   */
  checks?(protocol: P, use: ProtocolUse, at: string): readonly ConditionalContradiction[];
}

/** A codec that reads values of a type. */
type FieldsOf<T> = AnyCodec & { readonly parts: { readonly read: (input: unknown) => T | Rejection } };
