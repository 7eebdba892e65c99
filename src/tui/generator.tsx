import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import type { Generator as GeneratorData } from './panels.ts';
import { Title } from './title.tsx';

interface GeneratorProps {
  readonly generator: GeneratorData;
  readonly columns: number;
}

/** The health of the load generator; a saturated generator measures itself more than the target. */
export function Generator({ generator, columns }: GeneratorProps): ReactNode {
  return (
    <Box flexDirection="column" width={columns}>
      <Title text="generator" columns={columns} />
      <Text wrap="truncate-end">
        <Health generator={generator} />
        {`  p99 lateness ${generator.latenessP99} loop ${generator.loopDelayP99}`}
      </Text>
      <Text wrap="truncate-end">
        {generator.saturated
          ? generator.reasons
          : `${generator.workers} worker${generator.workers === '1' ? '' : 's'}  cpu ${generator.cpu}  memory ${generator.memory}`}
      </Text>
    </Box>
  );
}

/** The health of the load generator in one line. */
export function CompactGenerator({ generator, columns }: GeneratorProps): ReactNode {
  return (
    <Box width={columns}>
      <Text wrap="truncate-end">
        <Text bold>generator </Text>
        <Health generator={generator} />
        {generator.saturated ? `  ${generator.reasons}` : `  p99 lateness ${generator.latenessP99}`}
      </Text>
    </Box>
  );
}

function Health({ generator }: { readonly generator: GeneratorData }): ReactNode {
  return generator.saturated ? (
    <Text bold color="red">
      {generator.health}
    </Text>
  ) : (
    <Text color="green">{generator.health}</Text>
  );
}
