import { object } from '../codec/object.ts';
import { shapeOfFrames } from './json.ts';
import type { ProtocolSpec } from './spec.ts';

/** The protocol of squall's own gateway, embedded or started by `squall serve`. */
export interface SquallProtocol {
  readonly kind: 'squall';
}

export const squall = {
  summary: "the protocol of squall's own gateway",
  fields: object({}),
  shape: ({ kind }: SquallProtocol, use) => shapeOfFrames(kind, use),
} satisfies ProtocolSpec<SquallProtocol>;
