import { taggedUnion } from '../codec/choice.ts';
import type { Codec } from '../codec/codec.ts';
import { object } from '../codec/object.ts';
import { duration } from '../codec/scalars.ts';
import { MAX_RUN_MS } from '../limits.ts';
import { planKeys, type SpelledPlan } from './plan.ts';
import { FAULT_KINDS, specOf, type Fault, type FaultKind } from './specs.ts';

const FOR = {
  required: {
    for: duration({ zero: false, maxMs: MAX_RUN_MS }).as('forMs').describe('how long it lasts'),
  },
  optional: {
    for: duration({ maxMs: MAX_RUN_MS }).as('forMs').default('0s').describe('how long it lasts; 0s: for good'),
  },
  never: {},
};

function sectionOf(kind: FaultKind): Codec<Fault> {
  const { lasts, fields } = specOf(kind);
  const { at, ...plan } = planKeys;
  const spelled = object({ at, ...FOR[lasts], ...plan, ...fields.parts.keys });
  return (spelled as unknown as Codec<SpelledPlan & { readonly forMs?: number }>).map<Fault>(
    ({ everyMs, times = Infinity, ...rest }, refuse) => {
      if (everyMs === undefined && times !== Infinity)
        refuse(`has no effect without \`every\` (${times}) — add every, or remove times`, ['times']);
      return { kind, forMs: 0, ...rest, repeat: everyMs === undefined ? null : { everyMs, times } } as Fault;
    },
    ({ repeat, ...rest }) => ({ ...rest, ...repeat }),
  );
}

/** Any fault; its own key says which kind it is. */
export const faultCodec: Codec<Fault> = taggedUnion(
  'kind',
  Object.fromEntries(FAULT_KINDS.map((kind) => [kind, sectionOf(kind)])),
);
