import type { Curves } from '../../metrics/curves.ts';
import type { Measurements } from '../../metrics/measurements.ts';
import { resolvedYaml } from '../../scenario/resolved-yaml.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Summary } from '../../results/summary.ts';
import { curveViewsOf } from '../both-views.ts';
import { reconnectSection, refreshSection, stateSection } from './curves.ts';
import { shadesDefinition } from './fault-marks.ts';
import { html, lines, type Markup } from './markup.ts';
import { pageText } from './shell.ts';
import { timingSection } from './timings.ts';
import { countSection, faultSection, generatorSection, ledgerSection, stormSection } from './totals.ts';
import { verdictSection } from './verdict.ts';

export interface HtmlReport {
  readonly summary: Summary;
  readonly measurements: Measurements;
  readonly scenario: Scenario;
  /** the predicted curves; null for a run without --predict */
  readonly predicted: Curves | null;
}

/** Maximum characters shown of the scenario; scenario.yaml holds all of it. */
const SCENARIO_CHARS = 60_000;

/** The report of a run as one self-contained page: inline pictures, no scripts, nothing to load. */
export function htmlReport({ summary, measurements, scenario, predicted }: HtmlReport): string {
  const { curves, timings, ledger } = measurements;
  const views = curveViewsOf(measurements);
  const sections = [
    verdictSection(summary),
    reconnectSection(summary, views, predicted),
    stormSection(summary, views),
    faultSection(summary),
    stateSection(summary, curves),
    refreshSection(summary, views),
    timingSection(summary, timings),
    ledgerSection(summary, ledger),
    countSection(summary),
    generatorSection(summary),
    scenarioSection(summary, scenario),
  ].filter((section) => section !== null);
  const title = `${summary.verdict.toUpperCase()} – ${summary.scenario}`;
  return pageText(title, [shadesDefinition(summary), ...sections], summary.version);
}

function scenarioSection({ world, prediction }: Summary, scenario: Scenario): Markup {
  const verb = world === 'sim' ? 'simulate' : 'run';
  const command = `squall ${verb} scenario.yaml${prediction === null ? '' : ' --predict'}`;
  const yaml = resolvedYaml(scenario);
  const cut = yaml.length > SCENARIO_CHARS ? html`<p>The rest is in scenario.yaml.</p>` : null;
  return html`<section>
    <h2>To repeat it</h2>
    <p>In the folder of this report, whose scenario.yaml is the scenario below, with its seed:</p>
    <pre>${command}</pre>
    <details open>
      <summary>The scenario, with nothing left to a default</summary>
      <pre>${lines(yaml.slice(0, SCENARIO_CHARS))}</pre>
      ${cut}
    </details>
  </section> `;
}
