import { clock } from './clock.ts';
import { drop } from './drop.ts';
import { exec } from './exec.ts';
import { gateway } from './gateway.ts';
import { handshake } from './handshake.ts';
import { keys } from './keys.ts';
import { link } from './link.ts';
import { refresh } from './refresh.ts';
import { session } from './session.ts';
import type { FaultSpec } from './spec.ts';
import { toxiproxy } from './toxiproxy.ts';

/** Every kind of fault, in the order in which messages and menus name them. */
const SPECS = { refresh, handshake, drop, link, clock, keys, session, gateway, exec, toxiproxy };

type SpecOf<Kind extends FaultKind> = (typeof SPECS)[Kind];

export type FaultKind = keyof typeof SPECS;

export type FaultOf<Kind extends FaultKind> = SpecOf<Kind> extends FaultSpec<infer F> ? F : never;

/** A planned disturbance. */
export type Fault = FaultOf<FaultKind>;

export const FAULT_KINDS = Object.keys(SPECS) as readonly FaultKind[];

export function specOf(kind: Fault['kind']): FaultSpec<Fault> {
  return SPECS[kind];
}
