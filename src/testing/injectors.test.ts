import { expect, test } from 'vitest';
import { concernsClients, executorOf, whyUnsupported } from '../core/fault/executor.ts';
import { FAULT_KINDS, type Fault, type FaultKind } from '../core/fault/fault.ts';
import { TARGET_INJECTORS } from '../embedded/faults.ts';
import { CLIENT_INJECTORS } from '../live/client-faults.ts';
import { COORDINATOR_INJECTORS } from '../live/injectors/injectors.ts';
import { MODEL_INJECTORS } from '../sim/faults.ts';
import { TRIALS } from './conformance/all-trials.ts';
import { embeddedScenario } from './conformance/worlds.ts';

/** Every kind and mode of fault: the conformance suite has each. */
const FAULTS = Object.values(TRIALS).flatMap((trial) => embeddedScenario(trial).faults);
const TARGET_KINDS = ['embedded', 'url'] as const;

const isFor = (executor: string) => (fault: Fault) =>
  TARGET_KINDS.some((target) => executorOf(fault, target) === executor);

const PARTS: readonly [
  part: string,
  injectors: Readonly<Record<FaultKind, unknown>>,
  carriesOut: (fault: Fault) => boolean,
][] = [
  [
    "the target's processes",
    TARGET_INJECTORS,
    (fault) => ['token-service', 'gateways', 'target'].some((executor) => isFor(executor)(fault)),
  ],
  ['workers', CLIENT_INJECTORS, (fault) => TARGET_KINDS.some((target) => concernsClients(fault, target))],
  ['the coordinator', COORDINATOR_INJECTORS, isFor('coordinator')],
  ['the model', MODEL_INJECTORS, (fault) => whyUnsupported(fault) === null],
];

test.each(PARTS)(
  '%s have an injector for each kind that they carry out, and for no other',
  (_, injectors, isCarriedOut) => {
    const kinds = new Set(FAULTS.filter(isCarriedOut).map(({ kind }) => kind));
    expect(FAULT_KINDS.filter((kind) => injectors[kind] !== null)).toEqual(
      FAULT_KINDS.filter((kind) => kinds.has(kind)),
    );
  },
);
