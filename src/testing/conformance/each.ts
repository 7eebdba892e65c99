import type { TrialName } from './all-trials.ts';

/** The name of a value: its kind if it has one, else the value itself; numbers and mappings without a kind are `some`. */
type Called<Value> = Value extends { readonly kind: infer Kind extends string }
  ? Kind
  : Value extends string
    ? Value
    : Value extends boolean
      ? `${Value}`
      : Value extends null
        ? 'none'
        : 'some';

/** A trial for each value; a new value of the type does not compile without one. */
export type Each<Value> = Readonly<Record<Called<Value>, TrialName>>;

/** A trial for each value of each field. */
export type EachField<Fields> = { readonly [Field in keyof Fields]-?: Each<Fields[Field]> };
