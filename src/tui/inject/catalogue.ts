import { FAULT_KINDS, type Fault, type FaultKind } from '../../core/fault/fault.ts';
import { printWith } from '../../core/codec/codec.ts';
import { isMapping } from '../../core/codec/object.ts';
import { faultCodec } from '../../core/fault/codec.ts';
import { faultLabel } from '../../core/fault/label.ts';
import type { Lasting } from '../../core/fault/spec.ts';
import { specOf } from '../../core/fault/specs.ts';
import { clean } from '../../report/clean.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { whyNotFault } from '../../scenario/with-fault.ts';

/** A fault kind in the menu. */
export interface MenuKind {
  readonly kind: FaultKind;
  readonly modes: readonly MenuMode[];
}

export interface MenuMode {
  readonly name: string;
  readonly does: string;
  /** the population that a share refers to; null for a fault without a share */
  readonly among: 'clients' | 'users' | 'gateways' | null;
  readonly lengths: Lengths;
  /** the fault's own keys in a scenario, without time and share */
  readonly keys: Keys;
  /** the reason why this run cannot inject it; null if possible */
  readonly whyNot: string | null;
}

type Keys = Readonly<Record<string, unknown>>;

/** A duration to choose for a fault. */
export interface Lengths {
  readonly all: readonly Length[];
  /** index of the default duration */
  readonly usual: number;
}

export interface Length {
  readonly text: string;
  /** in scenario syntax; null when no duration is written */
  readonly written: string | null;
}

/** Shares, largest first. */
export const SHARES = ['100%', '50%', '25%', '10%', '1%'] as const;

const TIMES = ['1s', '2s', '5s', '10s', '20s', '30s', '60s'].map((text): Length => ({ text, written: text }));
const USUAL_TIME = 3;
const FOR_GOOD: Length = { text: 'for good', written: null };
const AT_ONCE: Length = { text: 'at once', written: null };

const LENGTHS: Readonly<Record<Lasting | 'for good', Lengths>> = {
  required: { all: TIMES, usual: USUAL_TIME },
  optional: { all: [FOR_GOOD, ...TIMES], usual: 0 },
  'for good': { all: [FOR_GOOD], usual: 0 },
  never: { all: [AT_ONCE], usual: 0 },
};

/** The faults that can be injected into a run of this scenario: all presets, and the scenario's own faults. */
export function catalogueOf(scenario: Scenario): readonly MenuKind[] {
  return FAULT_KINDS.map((kind) => kindOf(scenario, kind)).filter(({ modes }) => modes.length > 0);
}

/**
 * The fault described by these keys, at 0; it begins when it is injected.
 *
 * @param share null for a fault without a share
 */
export function faultOf(keys: Keys, share: string | null, { written }: Length): Fault {
  return faultCodec.parse({
    at: '0s',
    ...keys,
    ...(share === null ? {} : { share }),
    ...(written === null ? {} : { for: written }),
  });
}

function kindOf(scenario: Scenario, kind: FaultKind): MenuKind {
  const spec = specOf(kind);
  const { lasts: usually, presets } = spec;
  const modeOf = (name: string, does: string, written: Keys, lasts: keyof typeof LENGTHS): MenuMode => {
    const lengths = LENGTHS[lasts];
    const fault = faultOf(written, null, lengths.all[lengths.usual]!);
    const keys = ownKeys(fault);
    return { name, does, among: spec.among(fault), lengths, keys, whyNot: whyNotFault(scenario, fault) };
  };
  // Keyed by content, so that a fault that is planned twice or already offered is listed once.
  const modes = new Map<string, MenuMode>();
  for (const { name, does, written, forGood } of presets) {
    const mode = modeOf(name, does, { [kind]: written }, forGood ? 'for good' : usually);
    modes.set(JSON.stringify(mode.keys), mode);
  }
  for (const fault of scenario.faults) {
    const keys = ownKeys(fault);
    const text = JSON.stringify(keys);
    if (fault.kind !== kind || modes.has(text)) continue;
    modes.set(text, modeOf(ownName(fault), 'as the scenario plans it', keys, usually));
  }
  return { kind, modes: [...modes.values()] };
}

/** The keys of a fault, without those of its plan. */
function ownKeys(fault: Fault): Keys {
  const keys = printWith(specOf(fault.kind).fields, fault);
  return isMapping(keys) ? keys : {};
}

function ownName(fault: Fault): string {
  return clean(faultLabel(fault).slice(fault.kind.length + 1));
}
