/** Pipelines and builds: what the tags pipeline_branch and pipeline_build_no of sessions say. */
import { BUILD_TAG, PIPELINE_TAG } from './pipelines.js';
import { extract, type Extracted } from './pymon-tags.js';

const BRANCH = [PIPELINE_TAG];
const BUILD = [BUILD_TAG];

interface Tagged {
  readonly tags: unknown;
}

/** Each value once, in the order of the sessions; null among them. */
export function pipelinesOf(sessions: readonly Tagged[]): Extracted[] {
  return distinct(sessions.map(({ tags }) => extract(tags, BRANCH)));
}

export function buildsOf(sessions: readonly Tagged[], pipeline: string): Extracted[] {
  return distinct(ofPipeline(sessions, pipeline).map(({ tags }) => extract(tags, BUILD))).filter((build) => build !== null && build !== '');
}

export function ofPipeline<T extends Tagged>(sessions: readonly T[], pipeline: string): T[] {
  return sessions.filter(({ tags }) => extract(tags, BRANCH) === pipeline);
}

export function ofBuild<T extends Tagged>(sessions: readonly T[], pipeline: string, build: string): T[] {
  return ofPipeline(sessions, pipeline).filter(({ tags }) => extract(tags, BUILD) === build);
}

function distinct(values: readonly Extracted[]): Extracted[] {
  return [...new Set(values)];
}
