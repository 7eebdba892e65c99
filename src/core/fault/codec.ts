import { taggedUnion } from '../codec/choice.ts';
import type { Codec } from '../codec/codec.ts';
import { object } from '../codec/object.ts';
import { count, duration, range, share, unlimitedOr } from '../codec/scalars.ts';
import { MAX_RUN_MS } from '../limits.ts';
import { showValue } from '../text/show-value.ts';
import type { Cohort, Plan } from './plan.ts';
import { FAULT_KINDS, specOf, type Fault, type FaultKind } from './specs.ts';

const shares = range('from', 'to', share({ zero: true }), '[0%, 25%]');

const cohort = shares
  .refine((value, refuse) => {
    if (value.from === value.to)
      refuse(`nobody at all (${showValue(shares.print(value))}) — write two different shares, such as [0%, 25%]`);
  })
  .map<Cohort | null>(
    (value) => (value.from === 0 && value.to === 1 ? null : value),
    (value) => value ?? { from: 0, to: 1 },
  );

const at = duration({ maxMs: MAX_RUN_MS }).as('atMs').describe('from the start of the run');

const FOR = {
  required: {
    for: duration({ zero: false, maxMs: MAX_RUN_MS }).as('forMs').describe('how long it lasts'),
  },
  optional: {
    for: duration({ maxMs: MAX_RUN_MS }).as('forMs').default('0s').describe('how long it lasts; 0s: for good'),
  },
  never: {},
};

/** What every fault takes. */
const plan = {
  share: share()
    .default('100%')
    .describe('of those it may hit: so many to the nearest whole number, drawn from the seed'),
  cohort: cohort
    .default(['0%', '100%'])
    .describe('only clients of this part of the population, in the order of their arrival'),
  spread: duration({ maxMs: MAX_RUN_MS })
    .as('spreadMs')
    .default('0s')
    .describe('the hits are spread evenly over this time'),
  every: duration({ zero: false, maxMs: MAX_RUN_MS })
    .as('everyMs')
    .optional()
    .describe('it happens again each time this has passed'),
  times: unlimitedOr(count({ min: 1, max: 10_000 }))
    .optional('unlimited')
    .describe('how often in all, where there is an `every`; unlimited: until the run ends'),
  atLeast: share({ zero: true })
    .default('100%')
    .describe('share of the planned hits that have to happen, or the run is inconclusive'),
};

type Spelled = Omit<Plan, 'repeat' | 'forMs'> & {
  readonly forMs?: number;
  readonly everyMs?: number;
  readonly times?: number;
};

function sectionOf(kind: FaultKind): Codec<Fault> {
  const { lasts, fields } = specOf(kind);
  const spelled = object({ at, ...FOR[lasts], ...plan, ...fields.parts.keys }) as unknown as Codec<Spelled>;
  return spelled.map<Fault>(
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
