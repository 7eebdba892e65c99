import { DARK, LIGHT, type Palette } from './palette.ts';

/** Dash patterns of the lines that share a plot, so that they differ without colours. */
export const DASHES = ['none', '7 3', '2 3', '10 3 2 3', '5 5', '1 4', '12 4'] as const;

/** CSS class of a line that shares its plot with similar lines. */
export type LineClass = `l${number}`;

/** The style sheet of a page: light or dark by the reader's preference, always light on paper. */
export const STYLE = `
:root { color-scheme: light dark; ${variables(LIGHT)} }
@media screen and (prefers-color-scheme: dark) { :root { ${variables(DARK)} } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 24px 16px 48px; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; padding-bottom: .2rem; border-bottom: 1px solid var(--rule); }
h3 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
p, ul, dl { margin: .4rem 0; overflow-wrap: anywhere; }
ul { padding-left: 1.2rem; }
.head { display: flex; flex-wrap: wrap; gap: .6rem 1rem; align-items: center; }
.badge { font-weight: 700; letter-spacing: .04em; padding: .25rem .7rem; border: 2px solid; border-radius: 6px; }
.good { color: var(--good); } .bad { color: var(--bad); } .doubt { color: var(--doubt); } .quiet { color: var(--quiet); }
.word { font-weight: 700; white-space: nowrap; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--quiet); font-weight: 600; padding-bottom: .2rem; }
table + table { margin-top: 1.4rem; } .wide { overflow-x: auto; margin-top: 1.4rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .7rem .3rem 0; border-bottom: 1px solid var(--rule); }
th { font-weight: 600; color: var(--quiet); } tbody th { color: var(--text); overflow-wrap: anywhere; min-width: 5.8rem; }
th.n, td.n { text-align: right; white-space: nowrap; }
td.any { overflow-wrap: anywhere; min-width: 9rem; }
dl { display: grid; grid-template-columns: 8rem 1fr; gap: .2rem .8rem; }
dt { font-weight: 600; } dd { margin: 0; }
code, pre { font: 13px/1.45 ui-monospace, monospace; }
pre { background: var(--panel); border: 1px solid var(--rule); border-radius: 6px; padding: .7rem; margin: .4rem 0;
  white-space: pre-wrap; overflow-wrap: anywhere; }
details > summary { cursor: pointer; font-weight: 600; }
figure { margin: 1rem 0 1.4rem; }
figcaption { display: flex; flex-wrap: wrap; gap: 0 .8rem; margin-bottom: .3rem; }
figcaption b { font-weight: 600; }
.plot { display: grid; grid-template-columns: 3.4rem 1fr; padding-right: 1.2rem; font-size: 12px; color: var(--quiet); }
.marks { grid-column: 2; position: relative; height: calc(var(--lanes) * 17px); }
.mark { position: absolute; top: calc(var(--lane) * 17px); min-width: 16px; padding: 0 3px; line-height: 15px; font-size: 11px;
  text-align: center; font-weight: 700; color: var(--faultEdge); border: 1px solid; border-radius: 3px; background: var(--page); }
.y { grid-column: 1; position: relative; height: var(--high); }
.y span { position: absolute; right: 6px; transform: translateY(50%); line-height: 1; white-space: nowrap; }
.plot > svg { grid-column: 2; width: 100%; height: var(--high); display: block; overflow: visible; }
.x { grid-column: 2; position: relative; height: 18px; }
.x span { position: absolute; transform: translateX(-50%); top: 4px; line-height: 1; white-space: nowrap; }
svg path, svg line { vector-effect: non-scaling-stroke; }
.grid { stroke: var(--rule); fill: none; } .axis { stroke: var(--quiet); fill: none; }
.shade { fill: var(--fault); stroke: none; } .edge { stroke: var(--faultEdge); stroke-dasharray: 4 3; fill: none; }
.unknown { stroke: var(--quiet); stroke-width: 1.6; stroke-dasharray: 1 3; fill: none; }
.area { fill: var(--measured); fill-opacity: .22; stroke: var(--measured); stroke-width: 1.4; stroke-linejoin: round; }
.intended { fill: none; stroke: var(--measured); stroke-width: 1.4; stroke-dasharray: 4 3; }
.failed { fill: none; stroke: var(--bad); stroke-width: 1.6; stroke-dasharray: 3 2; }
.predicted { fill: none; stroke: var(--predicted); stroke-width: 1.6; stroke-dasharray: 7 4; }
.bars { fill: var(--measured); stroke: none; } .dots { fill: none; stroke: var(--l0); stroke-width: 7; stroke-linecap: round; }
${LIGHT.lines.map((_, i) => `.l${i} { fill: none; stroke: var(--l${i}); stroke-width: 2; stroke-dasharray: ${DASHES[i] ?? 'none'}; }`).join('\n')}
.legend { display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; margin: .2rem 0 0 3.4rem; padding: 0; list-style: none; font-size: 13px; }
.legend svg { width: 34px; height: 12px; vertical-align: -1px; margin-right: .35rem; }
.small { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 30rem), 1fr)); gap: 0 2rem; }
.small figure { margin: .5rem 0; min-width: 0; }
.beside { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 0 2rem; align-items: start; }
.track { display: inline-block; width: 6rem; height: .8em; border: 1px solid var(--quiet); }
.track span { display: block; height: 100%; background: var(--bad); print-color-adjust: exact; }
footer { margin-top: 3rem; color: var(--quiet); font-size: 13px; }
@media (max-width: 640px) {
  main { padding: 16px 12px 32px; }
  .x .odd { display: none; }
  .beside { grid-template-columns: minmax(0, 1fr); }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody, caption { display: block; }
  tr { display: flex; flex-wrap: wrap; gap: 0 1rem; padding: .4rem 0; border-bottom: 1px solid var(--rule); }
  th, td { border: 0; padding: 0; } tbody th { flex: 1 0 100%; min-width: 0; } td.any { flex: 1 1 auto; min-width: 0; }
  td:empty { display: none; }
  td[data-name]:not([data-name=''])::before { content: attr(data-name) ' '; color: var(--quiet); font-size: 13px; }
  dl { grid-template-columns: 1fr; } dd { margin-bottom: .3rem; }
  .plot { grid-template-columns: 2.9rem 1fr; padding-right: .9rem; } .legend { margin-left: 2.9rem; }
}
@media print {
  main { max-width: none; padding: 0; }
  figure, tr, .beside { break-inside: avoid; } h2, h3 { break-after: avoid; }
  .shade, .bars, .area { print-color-adjust: exact; }
}
`;

function variables({ lines, ...named }: Palette): string {
  const all = [...Object.entries(named), ...lines.map((colour, i) => [`l${i}`, colour] as const)];
  return all.map(([name, colour]) => `--${name}: ${colour};`).join(' ');
}
