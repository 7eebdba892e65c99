import { EXIT } from './terminal/exit-code.ts';
import type { Verb } from './terminal/verb.ts';

const DETAILS = `Prints a completion script for your shell: zsh if ZSH_NAME or SHELL names it, bash otherwise.`;

/** The verb `completion`. yargs writes the script from the parser that knows every verb. */
export const completion: Verb = {
  name: 'completion',
  command: 'completion',
  flagNames: [],
  switchNames: [],
  addTo(parser, done) {
    parser.command(
      'completion',
      'Print a completion script for your shell',
      (command) =>
        command
          .usage(`$0 completion\n\n${DETAILS}`)
          .example([['$0 completion >> ~/.bashrc', 'then open a new shell']])
          .version(false)
          .epilogue(''),
      () => {
        parser.showCompletionScript();
        done(EXIT.pass);
      },
    );
  },
};
