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

type Specs = typeof SPECS;

export type FaultKind = keyof Specs;

/** A planned disturbance. */
export type Fault = { [Kind in FaultKind]: Specs[Kind] extends FaultSpec<infer F> ? F : never }[FaultKind];

type FaultByKind = { readonly [Each in Fault as Each['kind']]: Each };

export type FaultOf<Kind extends FaultKind> = FaultByKind[Kind];

export const FAULT_KINDS = Object.keys(SPECS) as readonly FaultKind[];

export function specOf(kind: Fault['kind']): FaultSpec<Fault> {
  return SPECS[kind];
}
