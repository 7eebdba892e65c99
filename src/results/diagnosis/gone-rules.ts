import { targetName } from '../../scenario/target-name.ts';
import type { Rule } from './cause.ts';

const LOOK = "look at the server's log and exit code, and start it again";

/** A server that clients had used, and that was lost for the rest of the run. */
export const serverGone: Rule = ({ kind, what, text }, scenario) => {
  if (kind !== 'gone') return null;
  const where = targetName(scenario);
  const cause = (words: string, fix: string) => ({ cause: `${words} since ${text}`, fix, yaml: null });
  switch (what) {
    case 'refused':
      return cause(`the server stopped: nothing has listened at ${where}`, LOOK);
    case 'timeout':
      return cause(
        `the server hangs or the network to it is cut: ${where} has answered no attempt`,
        'look whether its process runs, and whether this machine still reaches it',
      );
    case 'reset':
      return cause(`the server is gone: ${where} has ended connections without an answer`, LOOK);
    case 'unreachable':
      return cause(`no route has led to ${where}`, 'look at the network between this machine and the server');
    case 'dns':
      return cause(`the name in ${where} has not resolved`, 'look at the name server of this machine');
    case 'no-acknowledgements':
      return {
        ...cause(
          `the server hangs: ${where} has acknowledged no command, and its connections stayed open,`,
          'look whether its process runs',
        ),
        ...(scenario.clients.heartbeat === null ? HEARTBEAT : {}),
      };
    default:
      return /^http-5\d\d$/.test(what)
        ? cause(
            `${where} has answered every attempt with HTTP ${what.slice('http-'.length)}`,
            'look at the server behind it, and at what it says of its health',
          )
        : null;
  }
};

const HEARTBEAT = {
  fix: 'look whether its process runs; a heartbeat lets clients notice it',
  yaml: 'clients:\n  heartbeat: { every: 10s, timeout: 5s }',
};
