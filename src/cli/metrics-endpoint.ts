import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Progress, RunListener, WorldName } from '../metrics/run.ts';
import { openMetrics } from '../report/openmetrics.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { listen, urlHost } from '../embedded/listen.ts';
import { UsageError } from './usage-error.ts';

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
export class MetricsEndpoint implements RunListener {
  readonly url: string;
  readonly #server: Server;
  readonly #scenario: Scenario;
  readonly #world: WorldName;
  /** null before the first progress */
  #latest: Progress | null = null;

  private constructor(server: Server, url: string, scenario: Scenario, world: WorldName) {
    this.#server = server;
    this.url = url;
    this.#scenario = scenario;
    this.#world = world;
    server.on('request', (request: IncomingMessage, response: ServerResponse) => this.#answer(request, response));
  }

  /** @throws {UsageError} when the address cannot be opened */
  static async open({ host, port }: MetricsAddress, scenario: Scenario, world: WorldName): Promise<MetricsEndpoint> {
    const server = createServer();
    try {
      const bound = await listen(server, host, port);
      return new MetricsEndpoint(server, `http://${urlHost(host)}:${bound}/metrics`, scenario, world);
    } catch (error) {
      throw new UsageError(`--metrics: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  onEvent(): void {}

  onProgress(progress: Progress): void {
    this.#latest = progress;
  }

  onInterval(): void {}

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  #answer({ method, url }: IncomingMessage, response: ServerResponse): void {
    if (method !== 'GET' && method !== 'HEAD') return end(response, 405, 'GET it\n');
    if (url?.split('?')[0] !== '/metrics') return end(response, 404, 'it is at /metrics\n');
    if (this.#latest === null) return end(response, 503, 'the run has not begun\n');
    response.setHeader('Content-Type', CONTENT_TYPE);
    end(response, 200, openMetrics(this.#scenario, this.#world, this.#latest));
  }
}

function end(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.end(text);
}
