import type { ArgumentsCamelCase, Argv, InferredOptionTypes, Options } from 'yargs';
import type { ExitCode } from './exit-code.ts';

type Flags = Readonly<Record<string, Options>>;
type Positional = Pick<Options, 'array' | 'default' | 'demandOption' | 'describe'> & { readonly type: 'string' };
type Positionals = Readonly<Record<string, Positional>>;
type Parsed<P extends Positionals, F extends Flags> = ArgumentsCamelCase<
  Omit<InferredOptionTypes<P>, keyof F> & InferredOptionTypes<F>
>;

/** The definition of one verb; each has its own file. */
interface VerbSpec<P extends Positionals, F extends Flags> {
  /** in yargs syntax: `report <folder>` */
  readonly command: string;
  /** one line for the list of commands */
  readonly summary: string;
  /** longer text that --help shows instead of the summary */
  readonly details?: string;
  readonly positionals: P;
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

function withPositionals<P extends Positionals>(parser: Argv, positionals: P): Argv<InferredOptionTypes<P>>;
function withPositionals(parser: Argv, positionals: Positionals): Argv {
  return Object.entries(positionals).reduce((each, [name, positional]) => each.positional(name, positional), parser);
}

function namesOf(flags: Flags, fits: (flag: Options) => boolean = () => true): readonly string[] {
  return Object.entries(flags).flatMap(([name, flag]) => (fits(flag) ? [name, flag.alias ?? []].flat() : []));
}

/** A positional argument that has to be given. */
export function required(describe: string) {
  return { type: 'string', demandOption: true, describe } as const;
}

export function verb<const P extends Positionals, const F extends Flags>(spec: VerbSpec<P, F>): Verb {
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
          withPositionals(command, spec.positionals)
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
