import { createServer, type ServerResponse } from 'node:http';
import type { Progress, RunListener, WorldName } from '../../metrics/run.ts';
import { openMetrics } from '../../report/openmetrics.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { listen, urlHost } from '../../embedded/listen.ts';
import type { MetricsAddress } from './metrics-flag.ts';
import { UsageError } from '../terminal/usage-error.ts';

const CONTENT_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** Serves the metrics of a run to Prometheus while the run goes on. */
interface MetricsEndpoint extends RunListener {
  readonly url: string;
  close(): Promise<void>;
}

/** @throws {UsageError} when the address cannot be opened */
export async function openMetricsEndpoint(
  { host, port }: MetricsAddress,
  scenario: Scenario,
  world: WorldName,
): Promise<MetricsEndpoint> {
  let latest: Progress | null = null;
  const server = createServer(({ method, url }, response) => {
    if (method !== 'GET' && method !== 'HEAD') return end(response, 405, 'GET it\n');
    if (url?.split('?')[0] !== '/metrics') return end(response, 404, 'it is at /metrics\n');
    if (latest === null) return end(response, 503, 'the run has not begun\n');
    response.setHeader('Content-Type', CONTENT_TYPE);
    end(response, 200, openMetrics(scenario, world, latest));
  });
  const bound = await listen(server, host, port).catch((error: unknown) => {
    throw new UsageError(`--metrics: ${error instanceof Error ? error.message : String(error)}`);
  });
  return {
    url: `http://${urlHost(host)}:${bound}/metrics`,
    onEvent: () => {},
    onProgress: (progress) => (latest = progress),
    onInterval: () => {},
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function end(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.end(text);
}
