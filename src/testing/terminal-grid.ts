/**
 * The text that a terminal of a given size shows: the part of ECMA-48 and xterm that squall uses. It counts what a screen
 * must not do: overflow the right edge, scroll, or use colours.
 */
export class TerminalGrid {
  readonly columns: number;
  readonly rows: number;
  /** characters that did not fit on their line */
  overflowed = 0;
  /** lines pushed out at the top of the alternate screen */
  scrolled = 0;
  /** SGR sequences that set a foreground or background colour */
  colours = 0;
  alternate = false;
  cursorVisible = true;
  #cells: string[][];
  #row = 0;
  #column = 0;
  #pending = '';

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
    this.#cells = Array.from({ length: rows }, () => blankLine(columns));
  }

  write(data: string): void {
    const text = this.#pending + data;
    this.#pending = CUT_OFF.exec(text)?.[0] ?? '';
    for (const { 0: part, groups } of text.slice(0, text.length - this.#pending.length).matchAll(SEQUENCE)) {
      if (groups?.['final'] !== undefined) this.#control(groups['final'], groups['args'] ?? '');
      else this.#print(part);
    }
  }

  /** The lines from the top, without blanks on the right. */
  lines(): string[] {
    return this.#cells.map((line) => line.join('').trimEnd());
  }

  text(): string {
    return this.lines().join('\n');
  }

  #print(char: string): void {
    if (char === '\r') this.#column = 0;
    else if (char === '\n') this.#newLine();
    else if (this.#column >= this.columns) this.overflowed++;
    else this.#cells[this.#row]![this.#column++] = char;
  }

  #newLine(): void {
    if (this.#row < this.rows - 1) {
      this.#row++;
      return;
    }
    this.#cells = [...this.#cells.slice(1), blankLine(this.columns)];
    if (this.alternate) this.scrolled++;
  }

  #control(final: string, args: string): void {
    const n = Number(args === '' ? 1 : args.split(';')[0]);
    switch (final) {
      case 'A':
        this.#row = Math.max(0, this.#row - n);
        break;
      case 'B':
        this.#row = Math.min(this.rows - 1, this.#row + n);
        break;
      case 'G':
        this.#column = n - 1;
        break;
      case 'H':
        this.#row = 0;
        this.#column = 0;
        break;
      case 'J':
        this.#cells = this.#cells.map(() => blankLine(this.columns));
        break;
      case 'K':
        this.#cells[this.#row] = blankLine(this.columns);
        break;
      case 'm':
        if (args.split(';').some((code) => COLOURS.test(code))) this.colours++;
        break;
      case 'h':
      case 'l':
        this.#mode(args, final === 'h');
        break;
      default:
        throw new Error(`TerminalGrid does not know CSI ${args} ${final}; teach it`);
    }
  }

  #mode(mode: string, on: boolean): void {
    if (mode === '?1049') this.alternate = on;
    if (mode === '?25') this.cursorVisible = on;
  }
}

const ESC = '\x1b';
/** A control sequence, or one character. */
const SEQUENCE = new RegExp(`${ESC}\\[(?<args>[?0-9;]*)(?<final>[A-Za-z])|[^${ESC}]`, 'gu');
/** A control sequence that continues in the next data. */
const CUT_OFF = new RegExp(`${ESC}(?:\\[[?0-9;]*)?$`);
const COLOURS = /^(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])$/;

function blankLine(columns: number): string[] {
  return Array.from({ length: columns }, () => ' ');
}
