/** The JavaScript runtime. */

export interface Runtime {
  readonly runtime: string;
  readonly runtimeVersion: string;
  /** One line: `Node v20.20.2 (V8 11.3, linux x64)`. */
  readonly runtimeDescription: string;
}

// Bun and Deno pretend to be Node and name themselves beside it.
const RUNTIMES = [
  { key: 'bun', label: 'Bun', engine: 'webkit', engineLabel: 'JavaScriptCore' },
  { key: 'deno', label: 'Deno', engine: 'v8', engineLabel: 'V8' },
  { key: 'node', label: 'Node', engine: 'v8', engineLabel: 'V8' },
] as const;

export function readRuntime(versions: NodeJS.Dict<string> = process.versions): Runtime {
  const row = RUNTIMES.find(({ key }) => versions[key] !== undefined) ?? RUNTIMES[2];
  const runtimeVersion = versions[row.key] ?? process.version.slice(1);
  // 11.3.244.8-node.38: the first two numbers name the release of V8. JavaScriptCore has a commit's hash.
  const engine = versions[row.engine]?.split('.').slice(0, 2).join('.').slice(0, 12);
  const details = [engine === undefined ? row.engineLabel : `${row.engineLabel} ${engine}`, `${process.platform} ${process.arch}`];
  return { runtime: row.key, runtimeVersion, runtimeDescription: `${row.label} v${runtimeVersion} (${details.join(', ')})` };
}
