/**
 * Breaks text at spaces into lines of at most `columns` characters, all but the first indented; a word that is longer
 * than a line is cut. Spaces within a line stay as they are.
 */
export function wrap(text: string, columns: number, indent = ''): readonly string[] {
  const [first = '', ...words] = text.split(' ').flatMap((word) => pieces(word, columns - indent.length));
  const lines: string[] = [];
  let line = first;
  for (const word of words) {
    if (line.length + 1 + word.length > columns) {
      lines.push(line);
      line = indent + word;
    } else {
      line += ` ${word}`;
    }
  }
  return [...lines, line];
}

function pieces(word: string, columns: number): readonly string[] {
  if (word.length <= columns) return [word];
  return Array.from({ length: Math.ceil(word.length / columns) }, (_, i) => word.slice(i * columns, (i + 1) * columns));
}
