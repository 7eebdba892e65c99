import type { Contact, ContactStep, DialogueLine } from '../../metrics/contact.ts';
import type { ContactVerdict } from '../../results/contact-verdict.ts';
import type { Cause } from '../../results/diagnosis/cause.ts';
import { clean } from '../clean.ts';
import { wrap } from '../wrap.ts';
import { painter, type Paint } from './paint.ts';

/** What a first contact's report is made of. */
export interface ContactReport {
  readonly contact: Contact;
  readonly verdict: ContactVerdict;
  readonly causes: readonly Cause[];
  /** name of the target */
  readonly target: string;
  /** number of clients of the scenario */
  readonly clients: number;
  /** width of a line */
  readonly columns: number;
  readonly colour: boolean;
}

const ARROWS: Readonly<Record<DialogueLine['by'], string>> = { client: '→', server: '←', squall: '·' };
const TIME_COLUMNS = 10;
const WHAT_COLUMNS = 8;
const BEFORE_COLUMNS = TIME_COLUMNS + WHAT_COLUMNS + 3;
/** Most characters of one line of the dialogue that are shown; --json has all. */
const SHOWN_CHARS = 300;
const STATE_COLUMNS = 15;
const NAME_COLUMNS = 22;

const STYLES: Readonly<Record<ContactStep['state'], Parameters<Paint>[0]>> = {
  works: 'good',
  failed: 'bad',
  missed: 'doubt',
  'not asked for': 'quiet',
};

/** The report of a first contact for a terminal: the dialogue, the checklist, and what mends what does not work. */
export function contactText(report: ContactReport): string {
  const { contact, target, clients, columns, colour } = report;
  const paint = painter(colour);
  const more = contact.more === 0 ? [] : [`${' '.repeat(TIME_COLUMNS)}… and ${contact.more} more lines`];
  const sections = [
    wrap(`client ${contact.client} of ${clients} at ${clean(target, 400)}`, columns),
    [...contact.lines.flatMap((line) => dialogueLines(line, columns, paint)), ...more],
    contact.steps.flatMap((step) => stepLines(step, columns, paint)),
    ...report.causes.map((cause) => causeLines(cause, columns, paint)),
    verdictLines(report, paint),
  ];
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** The report of a first contact for machines. */
export function contactJson({ contact, verdict, causes, target }: ContactReport): unknown {
  const { client, ready, steps, lines, more } = contact;
  return { target, client, verdict, ready, steps, causes, dialogue: lines, more };
}

function dialogueLines({ atMs, by, what, text }: DialogueLine, columns: number, paint: Paint): readonly string[] {
  const time = what === '' && by !== 'squall' ? '' : `${atMs.toFixed(atMs < 10 ? 1 : 0)} ms`;
  const head = `${time.padStart(TIME_COLUMNS - 1)} ${time === '' ? ' ' : ARROWS[by]} ${what.padEnd(WHAT_COLUMNS)} `;
  const [first = '', ...rest] = wrap(clean(text, SHOWN_CHARS), Math.max(20, columns - BEFORE_COLUMNS));
  const style = by === 'squall' ? 'quiet' : null;
  const painted = (line: string): string => (style === null || line === '' ? line : paint(style, line));
  return [head + painted(first), ...rest.map((line) => ' '.repeat(BEFORE_COLUMNS) + painted(line))].map((line) =>
    line.trimEnd(),
  );
}

function stepLines({ name, state, detail }: ContactStep, columns: number, paint: Paint): readonly string[] {
  const indent = 2 + STATE_COLUMNS + NAME_COLUMNS;
  const [first = '', ...rest] = wrap(clean(detail, SHOWN_CHARS), Math.max(20, columns - indent));
  const head = `  ${paint(STYLES[state], state)}${' '.repeat(STATE_COLUMNS - state.length)}${name.padEnd(NAME_COLUMNS)}`;
  return [(head + first).trimEnd(), ...rest.map((line) => ' '.repeat(indent) + line)];
}

function causeLines({ cause, fix, yaml }: Cause, columns: number, paint: Paint): readonly string[] {
  const [first = '', ...rest] = wrap(clean(cause, 400), columns, '  ');
  return [
    paint('bad', first),
    ...rest,
    ...wrap(`  ${clean(fix, 400)}${yaml === null ? '' : ':'}`, columns, '  '),
    ...(yaml === null ? [] : ['', ...yaml.split('\n').map((line) => `    ${clean(line, 400)}`)]),
  ];
}

function verdictLines({ contact, verdict, causes, columns }: ContactReport, paint: Paint): readonly string[] {
  const named = (state: ContactStep['state']): string =>
    contact.steps.flatMap((step) => (step.state === state ? [step.name] : [])).join(', ');
  const unknown = causes.length === 0 ? '; squall knows no cause: the dialogue above has all that was seen' : '';
  const [style, text] = (
    {
      works: ['good', 'WORKS: the client became ready, and all that was asked for works'],
      partly: ['bad', `PARTLY: the client became ready, and this does not work: ${named('failed')}${unknown}`],
      unseen: ['doubt', `UNSEEN: the client became ready, and the probe ended before: ${named('missed')}`],
      'not-ready': ['bad', `NOT READY: the client never became ready${unknown}`],
    } as const
  )[verdict];
  return wrap(text, columns).map((line) => paint(style, line));
}
