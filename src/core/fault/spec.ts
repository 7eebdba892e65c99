import type { AnyCodec } from '../codec/codec.ts';
import type { Rejection } from '../codec/reject.ts';
import type { Plan } from './plan.ts';

/** A fault whose kind is not known. */
export interface AnyFault extends Plan {
  readonly kind: string;
}

/** Everything that is known about one kind of fault. A kind is one file with its spec, and one line in `specs.ts`. */
export interface FaultSpec<F extends AnyFault> {
  /** the keys beside those of the plan: one has the name of the kind */
  readonly fields: CodecOf<Omit<F, keyof AnyFault>>;
  /** whether a scenario has to say how long it lasts, may say so, or cannot */
  readonly lasts: Lasting;
  /** `planned` counts what drawn clients do that meets the active fault, such as requests; or what is drawn as it begins */
  readonly counts: 'encounters' | 'draws';
  /** whether a process that takes the place of one that died begins a fault without an end again; absent: it does not */
  readonly survivesRestart?: boolean;
  /** what the menu of the screen offers; empty for a kind that needs something of the user's own */
  readonly presets: readonly Preset[];
  /** What it does, in a few words, without its kind: `503`, `+30s`. */
  label(fault: F): string;
  /** What carries it out, by the kind of the target; null: nothing can. */
  executor(fault: F): Readonly<Record<TargetKind, Executor | null>>;
  /** Of what its share is; null: the fault has one object, which all clients have in common. */
  among(fault: F): 'clients' | 'users' | 'gateways' | null;
  touches(fault: F): readonly Touch[];
  /** Why virtual time has no such fault; null where it has. Absent: it always has. */
  unsupportedInSimulation?(fault: F): string | null;
  /** What the user has to allow before it may be carried out. Absent: nothing. */
  needsConsent?(fault: F): ConsentNeed;
  /**
   * Contradictions between the fault and the rest of its scenario, each with whether it holds.
   *
   * @param at dotted path of the fault
   */
  checks?(fault: F, scenario: Surroundings, at: string): readonly ConditionalContradiction[];
}

/** A codec that reads values of a type, whatever it prints. */
type CodecOf<T> = AnyCodec & { readonly parts: { readonly read: (input: unknown) => T | Rejection } };

export type Lasting = 'required' | 'optional' | 'never';

export type TargetKind = 'embedded' | 'url';

/** The embedded target's token service, its gateways, or all its processes; the worker of each client; the coordinator. */
export type Executor = 'token-service' | 'gateways' | 'target' | 'clients' | 'coordinator';

/**
 * What a fault can change: a handshake between its arrival and its turn; a token request between its arrival and its
 * turn; whom a token is of and what it allows; the signing keys; the network between clients and gateways.
 */
export type Touch = 'handshakes' | 'token-requests' | 'tokens' | 'signing-keys' | 'network';

/** A command that is run on this machine, or a service that is addressed. */
export type ConsentNeed = { readonly command: string } | { readonly service: string; readonly url: string };

/** An entry of the menu that injects a fault. */
export interface Preset {
  /** begins like the fault's label */
  readonly name: string;
  /** what it does, in less than a line of 80 */
  readonly does: string;
  /** what a scenario writes under the fault's own key */
  readonly written: unknown;
  /** no length is offered: it lasts for good */
  readonly forGood: boolean;
}

export function preset(name: string, does: string, written: unknown = name, forGood = false): Preset {
  return { name, does, written, forGood };
}

/** Two fields that cannot both be meant; or one, where the other is a file or the lack of a section. */
export interface Contradiction {
  /** dotted, as `--set` takes it */
  readonly at: string;
  readonly against?: string;
  readonly what: string;
  readonly fix: string;
}

export interface ConditionalContradiction extends Contradiction {
  readonly holds: boolean;
}

/** What a check needs to know of the scenario that a fault stands in. */
export interface Surroundings {
  readonly target:
    | { readonly kind: 'url' }
    | {
        readonly kind: 'embedded';
        readonly gateways: number;
        readonly capacity: { readonly handshakesPerSecond: number };
      };
  readonly tokens: { readonly algorithm: string; readonly refresh: { readonly url: string | null } };
  readonly clients: { readonly perUser: number };
  readonly model: { readonly handshakesPerSecond: number };
}
