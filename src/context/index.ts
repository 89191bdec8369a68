export { describeCi } from './ci.js';
export type { Ci } from './ci.js';
export { describeContext } from './machine.js';
export { describePackages } from './packages.js';
export type { Packages } from './packages.js';
export { describeScm } from './scm.js';
export type { ScmOptions } from './scm.js';
