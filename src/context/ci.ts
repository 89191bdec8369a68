/**
 * The CI system that runs this process, from its environment variables.
 *
 * The tags are those of pytest-monitor, with its values, so that sessions of both can be searched as one: there
 * `pipeline_branch` is the job on CircleCI and GitLab, the build on Travis, and the repository's default branch on Drone. The
 * true branch is in `branch`. GitHub Actions, which pytest-monitor does not know, gets its branch and run number.
 */
import type { Tags } from '../model/records.js';

export interface Ci {
  /** pipeline_branch, pipeline_build_no, __ci__; empty outside of a known CI system. */
  readonly tags: Tags;
  /** The same for all parallel jobs of one run. Absent where a part of it is not told. */
  readonly group?: string;
  /** The branch that is tested; of a pull request, its source. */
  readonly branch?: string;
  readonly revision?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

interface System {
  /** The value of the tag `__ci__`. */
  readonly name: string;
  /** A variable that no other system sets, where pytest-monitor's pair alone would be ambiguous. */
  readonly known?: string;
  /** Variables in the order of preference. The system is at work when one of `pipelineBranch` and `buildNumber` are set. */
  readonly pipelineBranch: readonly string[];
  readonly buildNumber: string;
  readonly branch: readonly string[];
  readonly revision: readonly string[];
  /** What all parallel jobs of one run have in common, and no other run: project, run and, where it can be run again, the attempt. */
  readonly group: readonly string[];
}

const SYSTEMS: readonly System[] = [
  // First, since workflows often set BUILD_NUMBER and BRANCH_NAME themselves, which look like Jenkins.
  {
    name: 'githubactions',
    known: 'GITHUB_ACTIONS',
    pipelineBranch: ['GITHUB_HEAD_REF', 'GITHUB_REF_NAME'],
    buildNumber: 'GITHUB_RUN_NUMBER',
    branch: ['GITHUB_HEAD_REF', 'GITHUB_REF'],
    revision: ['GITHUB_SHA'],
    group: ['GITHUB_REPOSITORY', 'GITHUB_RUN_ID', 'GITHUB_RUN_ATTEMPT'],
  },
  {
    name: 'jenkinsci',
    pipelineBranch: ['BRANCH_NAME', 'JOB_NAME'],
    buildNumber: 'BUILD_NUMBER',
    branch: ['CHANGE_BRANCH', 'BRANCH_NAME', 'GIT_LOCAL_BRANCH', 'GIT_BRANCH'],
    revision: ['GIT_COMMIT'],
    group: ['JOB_NAME', 'BUILD_NUMBER'],
  },
  {
    name: 'circleci',
    pipelineBranch: ['CIRCLE_JOB'],
    buildNumber: 'CIRCLE_BUILD_NUM',
    branch: ['CIRCLE_BRANCH'],
    revision: ['CIRCLE_SHA1'],
    group: ['CIRCLE_WORKFLOW_ID'],
  },
  {
    name: 'travisci',
    pipelineBranch: ['TRAVIS_BUILD_ID'],
    buildNumber: 'TRAVIS_BUILD_NUMBER',
    branch: ['TRAVIS_PULL_REQUEST_BRANCH', 'TRAVIS_BRANCH'],
    revision: ['TRAVIS_PULL_REQUEST_SHA', 'TRAVIS_COMMIT'],
    group: ['TRAVIS_REPO_SLUG', 'TRAVIS_BUILD_ID'],
  },
  {
    name: 'droneci',
    pipelineBranch: ['DRONE_REPO_BRANCH'],
    buildNumber: 'DRONE_BUILD_NUMBER',
    branch: ['DRONE_SOURCE_BRANCH', 'DRONE_BRANCH'],
    revision: ['DRONE_COMMIT_SHA'],
    group: ['DRONE_REPO', 'DRONE_BUILD_NUMBER'],
  },
  {
    name: 'gitlabci',
    pipelineBranch: ['CI_JOB_NAME'],
    buildNumber: 'CI_PIPELINE_ID',
    branch: ['CI_MERGE_REQUEST_SOURCE_BRANCH_NAME', 'CI_COMMIT_BRANCH'],
    revision: ['CI_COMMIT_SHA'],
    group: ['CI_PROJECT_PATH', 'CI_PIPELINE_ID'],
  },
  {
    name: 'bitbucketci',
    pipelineBranch: ['BITBUCKET_BRANCH'],
    buildNumber: 'BITBUCKET_BUILD_NUMBER',
    branch: ['BITBUCKET_BRANCH'],
    revision: ['BITBUCKET_COMMIT'],
    group: ['BITBUCKET_REPO_FULL_NAME', 'BITBUCKET_BUILD_NUMBER'],
  },
];

export function describeCi(env: Environment = process.env): Ci {
  const system = SYSTEMS.find((each) => first(env, each.pipelineBranch) && env[each.buildNumber] && (!each.known || env[each.known]));
  if (system === undefined) return { tags: {} };
  const branch = branchName(first(env, system.branch));
  const revision = first(env, system.revision);
  const parts = system.group.map((name) => env[name] ?? '');
  const group = parts.includes('') ? undefined : [system.name, ...parts].join(':');
  return {
    tags: { pipeline_branch: first(env, system.pipelineBranch), pipeline_build_no: env[system.buildNumber], __ci__: system.name },
    ...(group !== undefined && { group }),
    ...(branch !== undefined && { branch }),
    ...(revision !== undefined && { revision }),
  };
}

/** Jenkins may put the remote's name first, GitHub gives the whole reference. A tag is no branch. */
function branchName(reference: string | undefined): string | undefined {
  const name = reference?.replace(/^(?:origin|refs\/heads)\//, '');
  return name?.startsWith('refs/') ? undefined : name;
}

/** An empty variable counts as unset. */
function first(env: Environment, names: readonly string[]): string | undefined {
  return names.map((name) => env[name]).find((value) => value !== undefined && value !== '');
}
