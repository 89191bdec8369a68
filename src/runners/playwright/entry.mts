// One state, whether it is imported or required: the CommonJS build is the only one.
export { expect, monitor, monitor as default, test } from './entry.js';
