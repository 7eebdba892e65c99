import { age } from './age.ts';
import { clock } from './clock.ts';
import { drop } from './drop.ts';
import { exec } from './exec.ts';
import { gateway } from './gateway.ts';
import { handshake } from './handshake.ts';
import { keys } from './keys.ts';
import { link } from './link.ts';
import { refresh } from './refresh.ts';
import { session } from './session.ts';
import type { Executor, FaultSpec, TargetKind } from './spec.ts';
import { toxiproxy } from './toxiproxy.ts';

/** Every kind of fault, in the order of messages and menus. */
const SPECS = { refresh, handshake, drop, link, clock, keys, session, gateway, age, exec, toxiproxy };

type Specs = typeof SPECS;

export type FaultKind = keyof Specs;

type FaultByKind = { readonly [Kind in FaultKind]: Parameters<Specs[Kind]['label']>[0] };

export type FaultOf<Kind extends FaultKind> = FaultByKind[Kind];

/** A planned disturbance. */
export type Fault = FaultOf<FaultKind>;

/** The kinds that these executors carry out. */
export type KindFor<By extends Executor> = {
  [Kind in FaultKind]: Extract<ReturnType<Specs[Kind]['executor']>[TargetKind], By> extends never ? never : Kind;
}[FaultKind];

/** The kinds that a simulation carries out, at least in part. */
export type SimulatedKind = {
  [Kind in FaultKind]: Specs[Kind] extends { unsupportedInSimulation(fault: never): string } ? never : Kind;
}[FaultKind];

export const FAULT_KINDS = Object.keys(SPECS) as readonly FaultKind[];

export function specOf(kind: Fault['kind']): FaultSpec<Fault> {
  return SPECS[kind];
}
