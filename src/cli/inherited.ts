/** The descriptors from 3 on that whoever started us meant for the command: make's jobserver, bats, sockets of systemd. */
import { readlinkSync } from 'node:fs';

const FIRST = 3;
/** What Node opens first, and keeps, is its event loop's. */
const NODES_FIRST = 'anon_inode:[eventpoll]';

/**
 * Node marks all of them as not to be inherited when it starts, so their flags don't tell them from its own. The system gives out the
 * lowest number that is free: all below the first of Node's own were there before.
 * @returns 3, 4, ... without a gap; none where there is no /proc, or where one of them is the channel to a Node that forked us
 */
export function inheritedDescriptors(): number[] {
  if (process.channel !== undefined) return [];
  const found: number[] = [];
  try {
    for (let descriptor = FIRST; readlinkSync(`/proc/self/fd/${descriptor}`) !== NODES_FIRST; descriptor++) found.push(descriptor);
    return found;
  } catch {
    return [];
  }
}
