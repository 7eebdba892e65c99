import { expect, it } from 'vitest';
import { htmlReport } from '../report/html/page.ts';
import { markdownReport } from '../report/markdown/run.ts';
import { textReport } from '../report/text/run.ts';
import { summariseRun } from '../results/summarise-run.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { scenarioOf, simulated } from './simulated.ts';

async function reportsOf(scenario: Scenario) {
  const { outcome } = await simulated(scenario);
  const { measurements } = outcome;
  const { summary } = summariseRun({ scenario, world: 'sim', startedAt: new Date(0), outcome, warnings: [] });
  return {
    text: textReport({ summary, measurements, dir: null, colour: false }),
    markdown: markdownReport(summary),
    html: htmlReport({ summary, measurements, scenario, predicted: null }),
  };
}

const PEAK = `
duration: 10s
target: { embedded: { capacity: { refreshes: 20/s } } }
tokens: { login: { during: run } }
clients: { count: 40, arrive: { over: 1s } }
faults: [{ at: 0s, for: 200ms, refresh: { status: 503 } }]
`;

it('logins have a row in reports, and a plot of the requests to the services beside the gateway', async () => {
  const { text, markdown, html } = await reportsOf(scenarioOf(PEAK));
  expect(text).toMatch(/^logins +49, 9 failed \(http-503 9\), \d+\.\ds p99$/m);
  expect(markdown).toMatch(/\| logins +\| 49, failed: 9 \(`http-503` 9\) +\|/);
  expect(html).toContain('49 logins, 0 refreshes, 0 requests before dials');
});

it('a run without logins has none of that', async () => {
  const { text, markdown, html } = await reportsOf(scenarioOf(PEAK, 'tokens.login.during=before'));
  expect(text).not.toMatch(/^logins/m);
  expect(markdown).not.toMatch(/\| logins/);
  expect(html).not.toContain('service-requests');
});
