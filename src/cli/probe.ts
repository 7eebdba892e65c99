import { probe as probeTarget } from '../live/probe/probe.ts';
import { contactJson, contactText, type ContactReport } from '../report/text/contact.ts';
import { contactVerdict, type ContactVerdict } from '../results/contact-verdict.ts';
import { diagnose } from '../results/diagnosis/diagnose.ts';
import { targetName } from '../scenario/target-name.ts';
import { ALLOW_EXEC_FLAG, ALLOW_HOST_FLAG, allowing, consentOf } from './terminal/allow-host.ts';
import { duration, wholeNumber } from './terminal/arguments.ts';
import { wantsColour } from './terminal/colour.ts';
import { EXIT, type ExitCode } from './terminal/exit-code.ts';
import { Interrupts } from './terminal/interrupts.ts';
import { print, printJson } from './terminal/output.ts';
import { SCENARIO_FLAGS, readScenario } from './scenarios/scenarios.ts';
import { UsageError } from './terminal/usage-error.ts';
import { required, verb } from './terminal/verb.ts';

const COLUMNS = 80;
const COLUMNS_MIN = 40;
const COLUMNS_MAX = 160;
const MAX_CLIENT = 9_999_999;

const EXIT_CODES: Readonly<Record<ContactVerdict, ExitCode>> = {
  works: EXIT.pass,
  partly: EXIT.fail,
  unseen: EXIT.inconclusive,
  'not-ready': EXIT.refused,
};

export const probe = verb({
  command: 'probe <scenario>',
  summary: 'Connect one client, and show the whole dialogue and what is missing',
  details:
    'Connects one client of a scenario, and shows its dialogue with token source and target in order, without tokens: requests, answers, frames, and what the client makes of them. ' +
    'Ends in a checklist, the probable cause of what does not work, and the lines of YAML that mend it.\n' +
    'Exit status: 0 ready, and all that was asked for works, 1 ready, and something does not work, 2 usage or scenario error,\n' +
    '3 ready, and the probe ended before all was seen, 4 refused or never ready, 130 interrupted.',
  positionals: { scenario: required('A scenario file, or the name of a bundled one') },
  flags: {
    ...SCENARIO_FLAGS,
    'allow-host': ALLOW_HOST_FLAG,
    'allow-exec': ALLOW_EXEC_FLAG,
    client: {
      type: 'string',
      default: '0',
      coerce: wholeNumber('--client', 0, MAX_CLIENT),
      describe: 'Number of the client, whose user and token are taken; the first one is 0',
    },
    for: {
      type: 'string',
      default: '10s',
      coerce: duration('--for'),
      describe: "Longest time of the probe; it ends earlier when it has seen two of the server's pings answered",
    },
    renew: { type: 'boolean', default: false, describe: 'Renew the token once the client is ready' },
    reconnect: { type: 'boolean', default: false, describe: 'Cut the connection once, and see the client come back' },
    json: { type: 'boolean', default: false, describe: 'Print JSON' },
  },
  examples: [
    ['$0 probe staging.yaml --allow-host staging.example.com', 'the first contact with a target'],
    ['$0 probe staging.yaml --client 7 --renew --reconnect', 'another user, with a renewal and a reconnect'],
    ['$0 probe staging.yaml --for 60s', 'see a server that pings every 25 s'],
    ['$0 probe staging.yaml --json | jq .causes', 'what is missing, for machines'],
  ],
  async run({ scenario: path, set, allowFile, allowHost, allowExec, client, for: forMs, renew, reconnect, json }) {
    const scenario = allowing(readScenario(path, set, allowFile), allowHost);
    const { count } = scenario.clients;
    if (client >= count) throw new UsageError(`--client ${client}: the scenario has the clients 0 to ${count - 1}`);
    const consent = consentOf({ allowExec, allowHost });
    const interrupts = new Interrupts();
    try {
      const { signal } = interrupts;
      const contact = await probeTarget(scenario, { client, forMs, renew, reconnect, consent, signal });
      const verdict = contactVerdict(contact);
      const report: ContactReport = {
        contact,
        verdict,
        causes: diagnose(contact.clues, scenario),
        target: targetName(scenario),
        clients: count,
        columns: Math.max(COLUMNS_MIN, Math.min(process.stdout.columns ?? COLUMNS, COLUMNS_MAX)),
        colour: wantsColour(process.stdout, process.env),
      };
      if (json) printJson(contactJson(report));
      else print(contactText(report));
      return signal.aborted ? EXIT.interrupted : EXIT_CODES[verdict];
    } finally {
      interrupts.release();
    }
  },
});
