import { wrap } from '../report/wrap.ts';
import { bundledScenarios, type Bundled } from './scenarios/bundled-index.ts';
import { EXIT } from './terminal/exit-code.ts';
import { print, printJson, log } from './terminal/output.ts';
import { verb } from './terminal/verb.ts';

const COLUMNS_MAX = 120;
const COLUMNS = 80;
const LENGTH_COLUMNS = 6;
const EXPECT_COLUMNS = 6;

export const scenarios = verb({
  command: 'scenarios',
  summary: 'List the bundled scenarios: name, length, expected verdict, question',
  details:
    'Lists the bundled scenarios by what goes wrong in them: name, length, expected verdict, and question. A question that begins with … continues the one above it. Every verb that takes a scenario accepts such a name, unless a file of that name exists.',
  positionals: {},
  flags: { json: { type: 'boolean', default: false, describe: 'Print the list as JSON' } },
  examples: [
    ['$0 scenarios', 'list them all'],
    ['$0 run expiry-cliff', 'run one of them, from any folder'],
    ['$0 init --from expiry-cliff', 'copy one, to change it'],
  ],
  run({ json }) {
    const all = bundledScenarios();
    if (json) {
      printJson(all);
      return EXIT.pass;
    }
    print(listed(all, Math.min(process.stdout.columns ?? COLUMNS, COLUMNS_MAX)).join('\n'));
    log('squall run NAME runs one, squall simulate NAME in virtual time; squall init --from NAME copies it.');
    return EXIT.pass;
  },
});

/** The list as text, in lines of at most `columns` characters. */
function listed(all: readonly Bundled[], columns: number): readonly string[] {
  const nameColumns = Math.max(...all.map(({ name }) => name.length)) + 4;
  const before = nameColumns + LENGTH_COLUMNS + EXPECT_COLUMNS;
  return all.flatMap((each, index) => {
    const { name, group, question, duration, expect, world } = each;
    const title = group === all[index - 1]?.group ? [] : [...(index === 0 ? [] : ['']), group];
    const asked = world === 'simulate' ? `${question} (simulate)` : question;
    const [first = '', ...rest] = wrap(asked, Math.max(20, columns - before));
    const facts = `${duration.padEnd(LENGTH_COLUMNS)}${(expect ?? '').padEnd(EXPECT_COLUMNS)}`;
    return [
      ...title,
      `  ${name}`.padEnd(nameColumns) + facts + first,
      ...rest.map((line) => ' '.repeat(before) + line),
    ];
  });
}
