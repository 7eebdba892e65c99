import { Box, Text, useInput } from 'ink';
import { useState, type ReactNode } from 'react';
import { Body } from './body.tsx';
import { Footer } from './footer.tsx';
import { Header } from './header.tsx';
import { TABS, viewOf, type ScreenState, type Tab } from './view-model.ts';

export interface AppProps extends Omit<ScreenState, 'tab' | 'help' | 'stopping'> {
  /** false where the input is no terminal: there are no keys then */
  readonly hasKeys: boolean;
  readonly onQuit: (how: Quit) => void;
}

/** `wind-down`: `q`, or ctrl-C once; `now`: ctrl-C after that. */
export type Quit = 'wind-down' | 'now';

const CTRL_C = '\x03';

function ctrlKey(name: string): string {
  return name === 'c' ? CTRL_C : '';
}

/** The whole screen: keys in, a frame one row lower than the terminal out. */
export function App(props: AppProps): ReactNode {
  const [tab, setTab] = useState<Tab>('overview');
  const [help, setHelp] = useState(false);
  const [stopping, setStopping] = useState(false);

  // Keys pressed in one go arrive as one text, ctrl-C among them; alone it arrives by name.
  const onKeys = (keys: string): void => {
    let asked = stopping;
    for (const key of keys) {
      const chosen = TABS[Number(key) - 1];
      if (chosen !== undefined) {
        setTab(chosen);
        setHelp(false);
      } else if (key === '?') setHelp((shown) => !shown);
      else if (key === CTRL_C || (key === 'q' && !asked)) {
        props.onQuit(asked ? 'now' : 'wind-down');
        asked = true;
      }
    }
    setStopping(asked);
  };
  useInput((input, key) => onKeys(key.ctrl ? ctrlKey(input) : input), { isActive: props.hasKeys });

  const view = viewOf({ ...props, tab, help, stopping });
  if (view.kind === 'too-small') {
    return (
      <Box flexDirection="column">
        {view.lines.map((line) => (
          <Text key={line} wrap="truncate-end">
            {line}
          </Text>
        ))}
      </Box>
    );
  }
  return (
    <Box flexDirection="column" width={view.layout.columns} height={view.layout.rows}>
      <Header header={view.header} />
      <Box flexDirection="column" flexGrow={1}>
        <Body view={view} />
      </Box>
      <Footer tab={view.tab} stopping={view.stopping} />
    </Box>
  );
}
