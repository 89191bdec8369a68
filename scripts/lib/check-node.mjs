/**
 * The first import of every script. It imports nothing and does its work when it loads, and a Node far too old to run the rest can read it: so
 * that such a Node gets one clear line, not the stack of whatever it stumbles over first.
 */
const NEEDED = [20, 19];
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  process.stderr.write(`Node ${NEEDED.join('.')} or newer is needed; this is ${process.version}.\n`);
  process.exit(1);
}
