import { loadScenario } from '../threshold/load-scenario.ts';
import { printDuration } from '../core/units/duration.ts';
import { bundledFile, bundledIndex } from './bundled.ts';

/** A bundled scenario as `squall scenarios` lists it. */
export interface Bundled {
  readonly name: string;
  /** what goes wrong in it, as the index groups it */
  readonly group: string;
  /** begins with an ellipsis where it goes on from the question of the scenario before it */
  readonly question: string;
  readonly durationMs: number;
  readonly duration: string;
  /** what it says that it comes to; null where it does not say */
  readonly expect: 'pass' | 'fail' | 'inconclusive' | null;
  /** in which worlds it is expected to come to that */
  readonly world: 'both' | 'run' | 'simulate';
}

const GROUP = /^## (.+)$/;
const ROW = /^\| \[([\w-]+)\]\(\1\.yaml\) *\| (.+?) *\| /;

/** The bundled scenarios in the order of their index, which has the groups and the questions; the rest is their own. */
export function bundledScenarios(): readonly Bundled[] {
  let group = '';
  return bundledIndex()
    .split('\n')
    .flatMap((line): readonly Bundled[] => {
      group = GROUP.exec(line)?.[1] ?? group;
      const [, name, question] = ROW.exec(line) ?? [];
      if (name === undefined || question === undefined) return [];
      const { durationMs, expect } = loadScenario(bundledFile(name));
      const duration = printDuration(durationMs);
      const expected = { expect: expect?.verdict ?? null, world: expect?.world ?? 'both' } as const;
      return [{ name, group, question: plain(question), durationMs, duration, ...expected }];
    });
}

/** Without the marks of Markdown. */
function plain(text: string): string {
  return text.replaceAll(/[`*]/g, '');
}
