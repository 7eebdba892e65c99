import { readMachineLimits } from '../live/machine-limits.ts';
import { wholeNumber } from './arguments.ts';
import { EXIT } from './exit-code.ts';
import { machineReport, machineText } from './machine-report.ts';
import { print, printJson } from './output.ts';
import { verb } from './verb.ts';

/** Default population. */
const CLIENTS = 1000;

export const doctor = verb({
  command: 'doctor',
  summary: 'Show what this machine can hold: descriptors, ports, memory, cores',
  details:
    'Shows how many clients this machine can hold, what limits it, and the command that fixes each shortfall. Exit status 4 when the requested clients do not fit.',
  positionals: {},
  flags: {
    clients: {
      type: 'string',
      default: String(CLIENTS),
      coerce: wholeNumber('--clients', 1, 10_000_000),
      describe: 'Number of clients to check',
    },
    json: { type: 'boolean', default: false, describe: 'Print JSON' },
  },
  examples: [
    ['$0 doctor', 'what this machine can hold'],
    ['$0 doctor --clients 20000', 'would 20,000 clients fit?'],
    ['$0 doctor --json | jq .fits.clients', 'the number alone'],
  ],
  run({ clients, json }) {
    const limits = readMachineLimits();
    const report = machineReport(clients, limits, process.versions.node);
    if (json) printJson(report);
    else print(machineText(report));
    return report.ok ? EXIT.pass : EXIT.refused;
  },
});
