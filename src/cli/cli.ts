import yargs from 'yargs';
import { VERSION } from '../metrics/version.ts';
import { EXIT, type ExitCode } from './terminal/exit-code.ts';
import { failureOf } from './terminal/failure.ts';
import { log, watchStreams } from './terminal/output.ts';
import { UsageError } from './terminal/usage-error.ts';
import { parserMessage, expandHelp, commandLineProblem } from './terminal/usage.ts';
import { loadVerbs } from './verbs.ts';

/** Maximum width of help text, in columns; longer lines are hard to read. */
const HELP_COLUMNS_MAX = 100;

/** Runs one command line (without the program's name) and returns its exit code. Never throws. */
export async function cli(argv: readonly string[]): Promise<ExitCode> {
  watchStreams();
  // Errors thrown in a timer or a stream, outside of any promise, arrive here.
  process.on('uncaughtException', (error) => process.exit(logFailure(error)));
  try {
    return await dispatch(expandHelp(argv));
  } catch (error) {
    return logFailure(error);
  }
}

function logFailure(error: unknown): ExitCode {
  const { message, code } = failureOf(error);
  log(message);
  return code;
}

async function dispatch(argv: readonly string[]): Promise<ExitCode> {
  const verbs = await loadVerbs(argv);
  const problem = commandLineProblem(argv, verbs);
  if (problem !== null) throw new UsageError(problem);
  let code: ExitCode = EXIT.pass;
  const parser = yargs([...argv])
    .scriptName('squall')
    .usage('$0 <command>\n\nLoad and chaos testing for WebSocket reconnect storms and token-expiry boundaries')
    .version(VERSION)
    .help()
    .alias('help', 'h')
    .epilogue('$0 help <command> shows the options and examples of a command.')
    .locale('en')
    .wrap(Math.min(process.stdout.columns ?? HELP_COLUMNS_MAX, HELP_COLUMNS_MAX))
    .parserConfiguration({ 'greedy-arrays': false })
    .exitProcess(false)
    .strict()
    .fail((message: string, error: Error | undefined) => {
      // Errors thrown by `coerce` are passed on; yargs' own errors are reworded.
      if (error !== undefined && error.name !== 'YError') throw error;
      const verb = verbs.find(({ name }) => name === argv[0]);
      throw new UsageError(`${parserMessage(message, verb)}\nusage: squall ${verb?.command ?? 'help'}`);
    });
  for (const verb of verbs) {
    verb.addTo(parser, (done) => {
      code = done;
    });
  }
  await parser.parseAsync();
  return code;
}
