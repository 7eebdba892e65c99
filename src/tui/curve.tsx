import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import type { CurveView, Plot } from './curve-view.ts';

/** Attempts per second above ready clients, with the time axis and the faults' windows below. */
export function Curve({ curve }: { readonly curve: CurveView }): ReactNode {
  return (
    <Box flexDirection="column">
      <PlotRows plot={curve.attempts} color="yellow" />
      <PlotRows plot={curve.ready} color="green" />
      <Text dimColor wrap="truncate-end">
        {curve.axis}
      </Text>
      {curve.band === null ? null : (
        <Text color="red" wrap="truncate-end">
          {curve.band}
        </Text>
      )}
    </Box>
  );
}

function PlotRows({ plot, color }: { readonly plot: Plot; readonly color: string }): ReactNode {
  return (
    <>
      <Text wrap="truncate-end">
        <Text bold color={color}>
          {plot.title}
        </Text>
        {`  ${plot.detail}`}
        {plot.legend === null ? null : <Text dimColor>{`   ${plot.legend}`}</Text>}
      </Text>
      {plot.rows.map((row, i) => (
        // A row is identified by its position only.
        <Text key={i} wrap="truncate-end">
          <Text dimColor>{row.gutter}</Text>
          {row.runs.map((run, j) => (
            <Text
              key={j}
              {...(run.predicted ? {} : { color })}
              {...(run.shaded ? { backgroundColor: 'blackBright' } : {})}
            >
              {/* Ink works through blanks like through letters: those at the end of a row need not be. */}
              {run.shaded || j < row.runs.length - 1 ? run.text : run.text.trimEnd()}
            </Text>
          ))}
        </Text>
      ))}
    </>
  );
}
