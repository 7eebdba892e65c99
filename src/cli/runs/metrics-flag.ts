import { UsageError } from '../terminal/usage-error.ts';

const LOOPBACK = '127.0.0.1';
const MAX_PORT = 65_535;

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
