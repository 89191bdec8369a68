import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The version in the package's own package.json, two folders above the built file. */
export function version(): string {
  const manifest = JSON.parse(readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8')) as { readonly version: string };
  return manifest.version;
}
