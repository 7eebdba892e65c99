import type { Figure, Figures } from './figures.ts';

/** Where a trial takes place: real sockets and the embedded target, real sockets and a URL, or virtual time. */
export const WORLDS = ['embedded', 'url', 'sim'] as const;

export type World = (typeof WORLDS)[number];

/**
 * A small scenario that exercises one or several cells of the tables, and what every world has to show of it. Its
 * sections are those of a scenario file; what they leave out is in `BASE`.
 *
 * The numbers must not depend on how fast the machine is. So clients are connected long before anything happens, faults
 * act in calm phases and at a distance from one another, and no client has time for a second retry. Every time in it may
 * be multiplied by the same number, which changes nothing: a machine that is too busy for a trial is given more time.
 */
export interface Trial {
  readonly duration?: string;
  readonly target?: object;
  readonly tokens?: object;
  readonly clients?: object;
  readonly faults?: readonly object[];
  /** towards a URL, squall mints the tokens itself; otherwise the token service beside it issues them */
  readonly mints?: true;
  /**
   * a world in which this has no meaning, and the words in which squall says so: of a URL, in the errors of the
   * scenario; in virtual time, in the warnings of faults that are left out
   */
  readonly without?: Readonly<Partial<Record<'url' | 'sim', readonly string[]>>>;
  /** a world in which a figure is another one with good reason: the figure as it is there, and the reason */
  readonly differs?: Readonly<Partial<Record<World, { readonly why: string; readonly shows: Partial<Figures> }>>>;
  /** figures that are compared by which counts are not 0, and why their size depends on the machine */
  readonly unsized?: { readonly why: string; readonly figures: readonly Figure[] };
  /** the figures that say that the trial has exercised what it is for */
  readonly shows: Partial<Figures>;
}

/** Trials by name; the compiler keeps the names for the tables of cells. */
export function trials<Name extends string>(named: Readonly<Record<Name, Trial>>): Readonly<Record<Name, Trial>> {
  return named;
}
