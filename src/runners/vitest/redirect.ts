/** The module hook that leads Vitest's import of `vite` to a wrapper. Works synchronously and in node's hook thread. */

export interface Places {
  /** URL of Vitest's folder: only what is imported from in there is led elsewhere. */
  readonly vitest: string;
  /** URL of our plugin. */
  readonly plugin: string;
  /** The function of Vite that this Vitest hands its plugins to. */
  readonly entry: Entry;
}

export type Entry = 'createServer' | 'resolveConfig';

interface Resolved {
  readonly url: string;
  readonly format?: string | null;
  readonly shortCircuit?: boolean;
}
type Awaitable<T> = T | Promise<T>;
type NextResolve = (specifier: string, context: object) => Awaitable<Resolved>;

export interface Hooks {
  resolve(specifier: string, context: { readonly parentURL?: string | undefined }, next: NextResolve): Awaitable<Resolved>;
}

export function createHooks({ vitest, plugin, entry }: Places): Hooks {
  const inside = `${vitest}/dist/`;
  const wrapped = ({ url }: Resolved): Resolved => ({ url: wrapper(url, plugin, entry), format: 'module', shortCircuit: true });
  return {
    resolve(specifier, context, next) {
      const found = next(specifier, context);
      if (specifier !== 'vite' || context.parentURL?.startsWith(inside) !== true) return found;
      return found instanceof Promise ? found.then(wrapped) : wrapped(found);
    },
  };
}

/** What a module exports itself goes before what it exports with a star. */
function wrapper(vite: string, plugin: string, entry: Entry): string {
  const source = [
    `import { ${entry} as original } from ${JSON.stringify(vite)};`,
    `import spanmeter from ${JSON.stringify(plugin)};`,
    `export * from ${JSON.stringify(vite)};`,
    `export const ${entry} = (config = {}, ...others) => original({ ...config, plugins: [...(config.plugins ?? []), spanmeter()] }, ...others);`,
  ];
  return `data:text/javascript,${encodeURIComponent(source.join('\n'))}`;
}
