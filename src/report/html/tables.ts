import { html, type Markup } from './markup.ts';

export type Cell = string | number | Markup;

/**
 * A table whose first column names the rows. On a narrow screen each row becomes a block, and each cell shows the name
 * of its column.
 *
 * @param figures number of rightmost columns that hold figures
 */
export function table(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  figures = 0,
): Markup {
  const style = (column: number): string => (column >= head.length - figures ? 'n' : 'any');
  const headCells = head.map((text, i) => html`<th scope="col" class="${style(i)}">${text}</th>`);
  const bodyRows = rows.map(([first = '', ...cells]) => {
    const others = cells.map(
      (cell, i) => html`<td class="${style(i + 1)}" data-name="${head[i + 1] ?? ''}">${cell}</td>`,
    );
    return html`<tr>
      <th scope="row">${first}</th>
      ${others}
    </tr> `;
  });
  return html`<table>
    <caption>
      ${caption}
    </caption>
    <thead>
      <tr>
        ${headCells}
      </tr>
    </thead>
    <tbody>
      ${bodyRows}
    </tbody>
  </table> `;
}
