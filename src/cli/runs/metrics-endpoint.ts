import { createServer, type ServerResponse } from 'node:http';
import type { Progress, RunListener, WorldName } from '../../metrics/run.ts';
import { openMetrics } from '../../report/openmetrics.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { listen, urlHost } from '../../embedded/listen.ts';
import { UsageError } from '../terminal/usage-error.ts';

const LOOPBACK = '127.0.0.1';
const MAX_PORT = 65_535;
const CONTENT_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** Address at which metrics are served. */
export interface MetricsAddress {
  readonly host: string;
  readonly port: number;
}

/** The option `--metrics`. */
export const METRICS_FLAG = {
  type: 'string',
  requiresArg: true,
  coerce: metricsAddress,
  describe: 'Serve OpenMetrics at /metrics during the run: --metrics 9464, or HOST:PORT to listen beyond this machine',
} as const;

/** Reads `9464`, `127.0.0.1:9464` or `[::1]:9464`; port 0 picks a free one. */
export function metricsAddress(given: string | readonly string[] | undefined): MetricsAddress | undefined {
  if (given === undefined) return undefined;
  const text = String(given);
  const [, bracketed, plain, digits] = /^(?:\[([0-9A-Fa-f:.]+)\]:|([\w.-]+):)?(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits ?? Number.NaN);
  if (port >= 0 && port <= MAX_PORT) return { host: bracketed ?? plain ?? LOOPBACK, port };
  throw new UsageError(`--metrics ${text}: a port is needed, such as 9464, or an address, such as 127.0.0.1:9464`);
}

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
