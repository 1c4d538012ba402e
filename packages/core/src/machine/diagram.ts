import type { Edge } from './exploration.js';

/** Collects edges and draws them as a Markdown page. */
export function diagram(): { add(edge: Edge): void; draw(): string } {
  const arrows = new Map<string, Set<string>>();
  const endings = new Map<string, Set<string>>();
  const put = (map: Map<string, Set<string>>, key: string, value: string) => {
    const values = map.get(key) ?? new Set();
    map.set(key, values.add(value));
  };
  return {
    add(edge) {
      if (edge.from.name === edge.state.name || edge.event.type === 'stop') return;
      const reason = endingOf(edge);
      if (reason !== undefined) put(endings, reason, edge.from.name);
      else put(arrows, `${idOf(edge.from.name)} --> ${idOf(edge.state.name)}`, labelOf(edge));
    },
    draw() {
      const lines = [...arrows].map(([arrow, labels]) => `  ${arrow}: ${[...labels].sort().join(', ')}`).sort();
      const rows = [...endings].map(([reason, from]) => `| \`${reason}\` | ${[...from].sort().join(', ')} |`).sort();
      const drawn = ['```mermaid', 'stateDiagram-v2', '  [*] --> stopped', ...lines, '```', ''];
      return [HEAD, ...drawn, '| ending | reached from |', '|---|---|', ...rows, ''].join('\n');
    },
  };
}

function endingOf({ from, state }: Edge): string | undefined {
  if (from.name === 'stopping')
    return state.name === 'ended' && state.reason === 'browser-unkillable' ? state.reason : undefined;
  if (state.name === 'ended') return state.reason;
  return state.name === 'stopping' && state.goal.name === 'ended' ? state.goal.reason : undefined;
}

function labelOf({ event }: Edge): string {
  return event.type === 'clock' ? `(${event.timer})` : event.type;
}

function idOf(name: string): string {
  return name.replaceAll('-', '_');
}

const HEAD = `# The authentication machine

Generated from the exhaustive exploration of \`packages/core/src/machine\` by its tests; do not edit
(\`pnpm vitest run --project core -u\` writes it again). Names in parentheses are timers. Not drawn: \`stop\`, which leads from
every active state to \`stopping\`, and the endings, which do the same and are in the table below.
`;
