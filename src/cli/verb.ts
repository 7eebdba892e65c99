import type { ArgumentsCamelCase, Argv, InferredOptionTypes, Options } from 'yargs';
import type { ExitCode } from './exit-code.ts';

type Flags = Readonly<Record<string, Options>>;
type Parsed<P, F extends Flags> = ArgumentsCamelCase<Omit<P, keyof F> & InferredOptionTypes<F>>;

/** The definition of one verb; each has its own file. */
interface VerbSpec<P, F extends Flags> {
  /** in yargs syntax: `report <folder>` */
  readonly command: string;
  /** one line for the list of commands */
  readonly summary: string;
  /** longer text that --help shows instead of the summary */
  readonly details?: string;
  positionals(parser: Argv): Argv<P>;
  readonly flags: F;
  /** command lines with their meaning */
  readonly examples: readonly [line: string, meaning: string][];
  run(args: Parsed<P, F>): ExitCode | Promise<ExitCode>;
}

/** A verb in the registry, without the types of its arguments. */
export interface Verb {
  readonly name: string;
  /** in yargs syntax: `report <folder>` */
  readonly command: string;
  /** names and aliases of its options, without dashes; a mistyped option is compared with them */
  readonly flagNames: readonly string[];
  /** options without a value, which `--no-NAME` turns off */
  readonly switchNames: readonly string[];
  addTo(parser: Argv, done: (code: ExitCode) => void): void;
}

/** The flags, of which each with a text value requires that value; leaving it out is not an empty text. */
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
