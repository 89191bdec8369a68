/** A dependency as people write it: `vite`, `vite@7.1.0`, `@scope/name@1.0.0`. */
export function parsePackage(text: string): { readonly name: string; readonly version?: string } {
  // A scope begins with an @ too.
  const at = text.lastIndexOf('@');
  return at <= 0 ? { name: text } : { name: text.slice(0, at), version: text.slice(at + 1) };
}
