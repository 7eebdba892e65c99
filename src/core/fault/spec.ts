import type { AnyCodec } from '../codec/codec.ts';
import type { Rejection } from '../codec/reject.ts';
import type { Plan } from './plan.ts';

/** A fault of any kind. */
export interface AnyFault extends Plan {
  readonly kind: string;
}

/** The definition of one kind of fault. A kind is one file with its spec, and one line in `specs.ts`. */
export interface FaultSpec<F extends AnyFault> {
  /** its keys beside those of the plan; one has the name of the kind */
  readonly fields: CodecOf<Omit<F, keyof AnyFault>>;
  /** whether a scenario must, may or cannot give a duration */
  readonly lasts: Lasting;
  /** unit of `planned`: encounters of drawn clients with the active fault, such as requests, or draws made at its begin */
  readonly counts: 'encounters' | 'draws';
  /** whether a process that takes the place of one that died begins a fault without an end again; absent: it does not */
  readonly survivesRestart?: boolean;
  /** entries of the menu on the screen; empty for a kind that needs input of the user */
  readonly presets: readonly Preset[];
  /** Names the fault in a few words, without its kind: `503`, `+30s`. */
  label(fault: F): string;
  /** The executor by the kind of the target; null: none. */
  executor(fault: F): Readonly<Record<TargetKind, Executor | null>>;
  /** The whole of its share; null: the fault has a single object, which all clients share. */
  among(fault: F): 'clients' | 'users' | 'gateways' | null;
  /** Whether each hit concerns the other devices of the client's user, too, where a user has several. Absent: it does not. */
  readonly hitsDevices?: true;
  touches(fault: F): readonly Touch[];
  /** The reason why a simulation leaves it out; null: it does not. Absent: never. */
  unsupportedInSimulation?(fault: F): string | null;
  /** The consent that it needs from the user. Absent: none. */
  needsConsent?(fault: F): ConsentNeed;
  /**
   * Possible contradictions between the fault and the rest of its scenario, each with whether it is present.
   *
   * @param at dotted path of the fault
   */
  checks?(fault: F, scenario: Surroundings, at: string): readonly ConditionalContradiction[];
}

/** A codec that reads values of a type. */
type CodecOf<T> = AnyCodec & { readonly parts: { readonly read: (input: unknown) => T | Rejection } };

export type Lasting = 'required' | 'optional' | 'never';

export type TargetKind = 'embedded' | 'url';

/** Executors: the embedded token service, the gateways, both (`target`), the worker of each client, the coordinator. */
export type Executor = 'token-service' | 'gateways' | 'target' | 'clients' | 'coordinator';

/**
 * Parts of the world that a fault can change: a handshake between arrival and service; a token request between arrival
 * and service; subject and rights of a token; the signing keys; the network between clients and gateways.
 */
export type Touch = 'handshakes' | 'token-requests' | 'tokens' | 'signing-keys' | 'network';

/** An action that needs consent: a command on this machine, or requests to a service. */
export type ConsentNeed = { readonly command: string } | { readonly service: string; readonly url: string };

/** An entry of the menu that injects a fault. */
export interface Preset {
  /** a prefix of the fault's label */
  readonly name: string;
  /** its effect, in less than a line of 80 characters */
  readonly does: string;
  /** value of the fault's own key in a scenario */
  readonly written: unknown;
  /** the menu offers no duration: it lasts to the end of the run */
  readonly forGood: boolean;
}

export function preset(name: string, does: string, written: unknown = name, forGood = false): Preset {
  return { name, does, written, forGood };
}

/** A contradiction of two fields, or of one field and a file or a missing section. */
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

/** The part of a fault's scenario that its checks need. */
export interface Surroundings {
  readonly target:
    | { readonly kind: 'url' }
    | {
        readonly kind: 'embedded';
        readonly gateways: number;
        readonly capacity: { readonly handshakesPerSecond: number };
      };
  readonly tokens: {
    readonly algorithm: string;
    readonly source: { readonly endpoint: { readonly login: object | null; readonly refresh: object | null } | null };
  };
  readonly clients: { readonly perUser: number };
  readonly model: { readonly handshakesPerSecond: number };
}
