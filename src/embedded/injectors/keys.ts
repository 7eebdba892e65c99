import { continuousFault } from '../../core/fault/active-fault.ts';
import type { Injector } from '../../core/fault/injector.ts';
import type { TargetWorld } from '../faults.ts';

/** Changes which key signs and which keys can be fetched; it has hit once the new key is made. */
export const injectKeys: Injector<'keys', TargetWorld> = ({ occurrence, tally, endMs }, { keys }) =>
  continuousFault(
    endMs,
    () => {
      tally.planned += 1;
      keys.begin(occurrence.index, occurrence.fault.mode).then(
        () => (tally.hit += 1),
        () => tally.miss('failed'),
      );
    },
    () => keys.end(occurrence.index),
  );
