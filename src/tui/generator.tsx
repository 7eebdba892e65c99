import { Text } from 'ink';
import type { ReactNode } from 'react';
import type { Generator as GeneratorData } from './panels.ts';
import { Panel, PanelLine, type InPanel } from './panel.tsx';

type GeneratorProps = InPanel<{ generator: GeneratorData }>;

/** The health of the load generator; a saturated generator measures itself more than the target. */
export function Generator({ generator, columns }: GeneratorProps): ReactNode {
  return (
    <Panel title="generator" columns={columns}>
      <Text wrap="truncate-end">
        <Health generator={generator} />
        {`  p99 lateness ${generator.latenessP99} loop ${generator.loopDelayP99}`}
      </Text>
      <Text wrap="truncate-end">
        {generator.saturated
          ? generator.reasons
          : `${generator.workers} worker${generator.workers === '1' ? '' : 's'}  cpu ${generator.cpu}  memory ${generator.memory}`}
      </Text>
    </Panel>
  );
}

/** The health of the load generator in one line. */
export function CompactGenerator({ generator, columns }: GeneratorProps): ReactNode {
  return (
    <PanelLine columns={columns}>
      <Text bold>generator </Text>
      <Health generator={generator} />
      {generator.saturated ? `  ${generator.reasons}` : `  p99 lateness ${generator.latenessP99}`}
    </PanelLine>
  );
}

function Health({ generator }: { readonly generator: GeneratorData }): ReactNode {
  const isBad = generator.saturated || generator.lost !== '';
  return isBad ? (
    <Text bold color="red">
      {generator.lost === '' ? generator.health : generator.lost}
    </Text>
  ) : (
    <Text color="green">{generator.health}</Text>
  );
}
