import { loadScenario } from '../../threshold/load-scenario.ts';
import { printDuration } from '../../core/units/duration.ts';
import { bundledFile, bundledIndex } from './bundled.ts';

/** A bundled scenario as `squall scenarios` lists it. */
export interface Bundled {
  readonly name: string;
  /** its group in the index, by what goes wrong */
  readonly group: string;
  /** begins with an ellipsis when it continues the question of the scenario before it */
  readonly question: string;
  readonly durationMs: number;
  readonly duration: string;
  /** the expected verdict; null when the scenario states none */
  readonly expect: 'pass' | 'fail' | 'inconclusive' | null;
  /** the worlds in which that verdict is expected */
  readonly world: 'both' | 'run' | 'simulate';
}

const GROUP = /^## (.+)$/;
const ROW = /^\| \[([\w-]+)\]\(\1\.yaml\) *\| (.+?) *\| /;

/** The bundled scenarios in index order. Group and question come from the index, the rest from each scenario file. */
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

/** Removes Markdown marks. */
function plain(text: string): string {
  return text.replaceAll(/[`*]/g, '');
}
