import type { ArgumentsCamelCase, Argv, InferredOptionTypes, Options } from 'yargs';
import type { ExitCode } from './exit-code.ts';

type Flags = Readonly<Record<string, Options>>;
type Parsed<P, F extends Flags> = ArgumentsCamelCase<Omit<P, keyof F> & InferredOptionTypes<F>>;

/** Everything there is to a verb of the command line; each lives in a file of its own. */
interface VerbSpec<P, F extends Flags> {
  /** as yargs writes it: `report <folder>` */
  readonly command: string;
  /** one line for the list of commands */
  readonly summary: string;
  /** what else a person should know, shown by --help in place of the summary */
  readonly details?: string;
  positionals(parser: Argv): Argv<P>;
  readonly flags: F;
  /** command line and what it does */
  readonly examples: readonly [line: string, meaning: string][];
  run(args: Parsed<P, F>): ExitCode | Promise<ExitCode>;
}

/** A verb as the registry holds it: its arguments are its own business. */
export interface Verb {
  readonly name: string;
  /** as yargs writes it: `report <folder>` */
  readonly command: string;
  /** names and aliases of its options, without dashes: what a mistyped one is compared with */
  readonly flagNames: readonly string[];
  /** those that take no value, which `--no-NAME` turns off */
  readonly switchNames: readonly string[];
  addTo(parser: Argv, done: (code: ExitCode) => void): void;
}

/** Options that take a text or a number: to leave it out is a mistake, and not an empty text. */
function needingValues<F extends Flags>(flags: F): F;
function needingValues(flags: Flags): Flags {
  return Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => [name, flag.type === 'string' ? { requiresArg: true, ...flag } : flag]),
  );
}

function namesOf(flags: Flags, fits: (flag: Options) => boolean = () => true): readonly string[] {
  return Object.entries(flags).flatMap(([name, flag]) => (fits(flag) ? [name, flag.alias ?? []].flat() : []));
}

export function verb<P, const F extends Flags>(spec: VerbSpec<P, F>): Verb {
  return {
    name: spec.command.split(' ')[0] ?? spec.command,
    command: spec.command,
    flagNames: namesOf(spec.flags),
    switchNames: namesOf(spec.flags, ({ type }) => type === 'boolean'),
    addTo(parser, done) {
      parser.command(
        spec.command,
        spec.summary,
        (command) =>
          spec
            .positionals(command)
            .options(needingValues(spec.flags))
            .usage(`$0 ${spec.command}\n\n${spec.details ?? spec.summary}`)
            .example(spec.examples)
            .version(false)
            .epilogue(''),
        async (args) => done(await spec.run(args)),
      );
    },
  };
}
