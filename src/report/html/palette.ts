/** The colours of a page, in hex. Text on `page` and `panel` has a contrast of at least 4.5, lines of at least 3. */
export interface Palette {
  readonly page: string;
  readonly panel: string;
  readonly text: string;
  readonly quiet: string;
  readonly rule: string;
  readonly good: string;
  readonly bad: string;
  readonly doubt: string;
  readonly measured: string;
  readonly predicted: string;
  /** shading and edges of a fault's window */
  readonly fault: string;
  readonly faultEdge: string;
  /** lines that share one plot, each with a dash pattern of its own */
  readonly lines: readonly [string, string, string, string, string, string, string];
}

export const LIGHT: Palette = {
  page: '#ffffff',
  panel: '#f6f8fa',
  text: '#1b1f24',
  quiet: '#57606a',
  rule: '#d0d7de',
  good: '#116329',
  bad: '#a40e26',
  doubt: '#7d4e00',
  measured: '#0550ae',
  predicted: '#953800',
  fault: '#ffe2c4',
  faultEdge: '#a04100',
  lines: ['#0550ae', '#953800', '#116329', '#6639ba', '#99286e', '#0f5f6e', '#57606a'],
};

export const DARK: Palette = {
  page: '#0d1117',
  panel: '#161b22',
  text: '#e6edf3',
  quiet: '#9aa4af',
  rule: '#373e47',
  good: '#56d364',
  bad: '#ff8f86',
  doubt: '#e3b341',
  measured: '#79c0ff',
  predicted: '#ffa657',
  fault: '#3d2a14',
  faultEdge: '#f0883e',
  lines: ['#79c0ff', '#ffa657', '#56d364', '#d2a8ff', '#ff9bce', '#56d4dd', '#9aa4af'],
};
