/**
 * The CI system that runs this process, from its environment variables.
 *
 * The tags are those of pytest-monitor, with its values, so that sessions of both can be searched as one: there
 * `pipeline_branch` is the job on CircleCI and GitLab, the build on Travis, and the repository's default branch on Drone. The
 * true branch is in `branch`. GitHub Actions, which pytest-monitor does not know, gets its branch and run number.
 *
 * BUILD_NUMBER, BRANCH_NAME and JOB_NAME are names that jobs of other systems give to variables of their own, so a system is known
 * first by a variable that no one else sets, and only then by the pair that pytest-monitor looks at.
 */
import type { Tags } from '../model/records.js';

export interface Ci {
  /** pipeline_branch where it can be had, pipeline_build_no and __ci__; empty outside of a known CI system. */
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
  /** A variable that no other system sets. */
  readonly known: string;
  /** pytest-monitor does not know it, so one of `pipelineBranch` beside `buildNumber` does not tell it. */
  readonly byKnownOnly?: true;
  /** Variables in the order of preference. */
  readonly pipelineBranch: readonly string[];
  readonly buildNumber: string;
  readonly branch: readonly string[];
  /** Set where a tag is built, on systems that then have its name for a branch. */
  readonly tag?: string;
  readonly revision: readonly string[];
  /** What all parallel jobs of one run have in common, and no other run: project, run and, where it can be run again, the attempt. */
  readonly group: readonly string[];
}

const SYSTEMS: readonly System[] = [
  {
    name: 'githubactions',
    known: 'GITHUB_ACTIONS',
    byKnownOnly: true,
    pipelineBranch: ['GITHUB_HEAD_REF', 'GITHUB_REF_NAME'],
    buildNumber: 'GITHUB_RUN_NUMBER',
    branch: ['GITHUB_HEAD_REF', 'GITHUB_REF'],
    revision: ['GITHUB_SHA'],
    group: ['GITHUB_REPOSITORY', 'GITHUB_RUN_ID', 'GITHUB_RUN_ATTEMPT'],
  },
  {
    name: 'circleci',
    known: 'CIRCLECI',
    pipelineBranch: ['CIRCLE_JOB'],
    buildNumber: 'CIRCLE_BUILD_NUM',
    branch: ['CIRCLE_BRANCH'],
    revision: ['CIRCLE_SHA1'],
    group: ['CIRCLE_WORKFLOW_ID'],
  },
  {
    name: 'travisci',
    known: 'TRAVIS',
    pipelineBranch: ['TRAVIS_BUILD_ID'],
    buildNumber: 'TRAVIS_BUILD_NUMBER',
    branch: ['TRAVIS_PULL_REQUEST_BRANCH', 'TRAVIS_BRANCH'],
    tag: 'TRAVIS_TAG',
    revision: ['TRAVIS_PULL_REQUEST_SHA', 'TRAVIS_COMMIT'],
    group: ['TRAVIS_REPO_SLUG', 'TRAVIS_BUILD_ID'],
  },
  {
    name: 'droneci',
    known: 'DRONE',
    pipelineBranch: ['DRONE_REPO_BRANCH'],
    buildNumber: 'DRONE_BUILD_NUMBER',
    branch: ['DRONE_SOURCE_BRANCH', 'DRONE_BRANCH'],
    tag: 'DRONE_TAG',
    revision: ['DRONE_COMMIT_SHA'],
    group: ['DRONE_REPO', 'DRONE_BUILD_NUMBER'],
  },
  {
    name: 'gitlabci',
    known: 'GITLAB_CI',
    pipelineBranch: ['CI_JOB_NAME'],
    buildNumber: 'CI_PIPELINE_ID',
    branch: ['CI_MERGE_REQUEST_SOURCE_BRANCH_NAME', 'CI_COMMIT_BRANCH'],
    revision: ['CI_COMMIT_SHA'],
    group: ['CI_PROJECT_PATH', 'CI_PIPELINE_ID'],
  },
  {
    name: 'bitbucketci',
    known: 'BITBUCKET_BUILD_NUMBER',
    pipelineBranch: ['BITBUCKET_BRANCH', 'BITBUCKET_TAG'],
    buildNumber: 'BITBUCKET_BUILD_NUMBER',
    branch: ['BITBUCKET_BRANCH'],
    revision: ['BITBUCKET_COMMIT'],
    group: ['BITBUCKET_REPO_FULL_NAME', 'BITBUCKET_BUILD_NUMBER'],
  },
  // Last, since its names are everybody's.
  {
    name: 'jenkinsci',
    known: 'JENKINS_URL',
    pipelineBranch: ['BRANCH_NAME', 'JOB_NAME'],
    buildNumber: 'BUILD_NUMBER',
    branch: ['CHANGE_BRANCH', 'BRANCH_NAME', 'GIT_LOCAL_BRANCH', 'GIT_BRANCH'],
    tag: 'TAG_NAME',
    revision: ['GIT_COMMIT'],
    group: ['JOB_NAME', 'BUILD_NUMBER'],
  },
];

export function describeCi(env: Environment = process.env): Ci {
  // JENKINS_URL is also what Jenkins' own command line tool reads: without a build's number there is no build.
  const building = SYSTEMS.filter(({ buildNumber }) => env[buildNumber]);
  const system =
    building.find(({ known }) => env[known]) ??
    building.find(({ byKnownOnly, pipelineBranch }) => byKnownOnly !== true && first(env, pipelineBranch) !== undefined);
  if (system === undefined) return { tags: {} };
  const pipelineBranch = first(env, system.pipelineBranch);
  const isTag = system.tag !== undefined && first(env, [system.tag]) !== undefined;
  const branch = isTag ? undefined : branchName(first(env, system.branch));
  const revision = first(env, system.revision);
  const parts = system.group.map((name) => env[name] ?? '');
  const group = parts.includes('') ? undefined : [system.name, ...parts].join(':');
  return {
    tags: {
      ...(pipelineBranch !== undefined && { pipeline_branch: pipelineBranch }),
      pipeline_build_no: env[system.buildNumber],
      __ci__: system.name,
    },
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
