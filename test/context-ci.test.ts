import { describe, expect, it } from 'vitest';
import { describeCi } from '../dist/context/index.js';

const SHA = 'a'.repeat(40);

describe('a CI system', () => {
  // The variables are those that each system documents; the tags are the values that pytest-monitor stores for them.
  it.each([
    [
      'GitHub Actions, a push',
      {
        CI: 'true',
        GITHUB_ACTIONS: 'true',
        GITHUB_HEAD_REF: '',
        GITHUB_REF: 'refs/heads/main',
        GITHUB_REF_NAME: 'main',
        GITHUB_RUN_NUMBER: '12',
        GITHUB_SHA: SHA,
      },
      { tags: { pipeline_branch: 'main', pipeline_build_no: '12', __ci__: 'githubactions' }, branch: 'main', revision: SHA },
    ],
    [
      'GitHub Actions, a pull request, in a workflow that sets what Jenkins sets',
      {
        GITHUB_ACTIONS: 'true',
        GITHUB_HEAD_REF: 'topic',
        GITHUB_REF: 'refs/pull/3/merge',
        GITHUB_REF_NAME: '3/merge',
        GITHUB_RUN_NUMBER: '13',
        GITHUB_SHA: SHA,
        BUILD_NUMBER: '1',
        BRANCH_NAME: 'x',
      },
      { tags: { pipeline_branch: 'topic', pipeline_build_no: '13', __ci__: 'githubactions' }, branch: 'topic', revision: SHA },
    ],
    [
      'GitHub Actions, a tag, which is no branch',
      { GITHUB_ACTIONS: 'true', GITHUB_REF: 'refs/tags/v1', GITHUB_REF_NAME: 'v1', GITHUB_RUN_NUMBER: '14' },
      { tags: { pipeline_branch: 'v1', pipeline_build_no: '14', __ci__: 'githubactions' } },
    ],
    [
      'Jenkins, a multibranch pipeline',
      { BUILD_NUMBER: '5', BRANCH_NAME: 'PR-7', CHANGE_BRANCH: 'topic', JOB_NAME: 'job/PR-7', GIT_COMMIT: SHA },
      {
        tags: { pipeline_branch: 'PR-7', pipeline_build_no: '5', __ci__: 'jenkinsci' },
        branch: 'topic',
        revision: SHA,
        group: 'jenkinsci:job/PR-7:5',
      },
    ],
    [
      'Jenkins, a plain job',
      { BUILD_NUMBER: '6', JOB_NAME: 'nightly', GIT_BRANCH: 'origin/main' },
      { tags: { pipeline_branch: 'nightly', pipeline_build_no: '6', __ci__: 'jenkinsci' }, branch: 'main', group: 'jenkinsci:nightly:6' },
    ],
    [
      'CircleCI',
      { CIRCLE_JOB: 'test', CIRCLE_BUILD_NUM: '8', CIRCLE_BRANCH: 'main', CIRCLE_SHA1: SHA },
      { tags: { pipeline_branch: 'test', pipeline_build_no: '8', __ci__: 'circleci' }, branch: 'main', revision: SHA },
    ],
    [
      'Travis CI',
      { TRAVIS_BUILD_ID: '900', TRAVIS_BUILD_NUMBER: '9', TRAVIS_BRANCH: 'main', TRAVIS_PULL_REQUEST_BRANCH: '', TRAVIS_COMMIT: SHA },
      { tags: { pipeline_branch: '900', pipeline_build_no: '9', __ci__: 'travisci' }, branch: 'main', revision: SHA },
    ],
    [
      'Drone',
      { DRONE_REPO_BRANCH: 'main', DRONE_BUILD_NUMBER: '10', DRONE_BRANCH: 'main', DRONE_SOURCE_BRANCH: 'topic', DRONE_COMMIT_SHA: SHA },
      { tags: { pipeline_branch: 'main', pipeline_build_no: '10', __ci__: 'droneci' }, branch: 'topic', revision: SHA },
    ],
    [
      'GitLab CI',
      { CI_JOB_NAME: 'unit', CI_PIPELINE_ID: '11', CI_COMMIT_BRANCH: 'main', CI_COMMIT_SHA: SHA },
      { tags: { pipeline_branch: 'unit', pipeline_build_no: '11', __ci__: 'gitlabci' }, branch: 'main', revision: SHA },
    ],
    [
      'Bitbucket Pipelines',
      { BITBUCKET_BRANCH: 'main', BITBUCKET_BUILD_NUMBER: '12', BITBUCKET_COMMIT: SHA },
      { tags: { pipeline_branch: 'main', pipeline_build_no: '12', __ci__: 'bitbucketci' }, branch: 'main', revision: SHA },
    ],
    [
      'Bitbucket Pipelines, a tag, which is no branch',
      { BITBUCKET_TAG: 'v1', BITBUCKET_BUILD_NUMBER: '13', BITBUCKET_COMMIT: SHA },
      { tags: { pipeline_branch: 'v1', pipeline_build_no: '13', __ci__: 'bitbucketci' }, revision: SHA },
    ],
    [
      'Bitbucket Pipelines, started by hand for a commit',
      { BITBUCKET_BUILD_NUMBER: '14', BITBUCKET_COMMIT: SHA },
      { tags: { pipeline_build_no: '14', __ci__: 'bitbucketci' }, revision: SHA },
    ],
    [
      'Jenkins, a tag, which it calls a branch',
      { BUILD_NUMBER: '7', BRANCH_NAME: 'v1', TAG_NAME: 'v1', GIT_BRANCH: 'v1', GIT_COMMIT: SHA },
      { tags: { pipeline_branch: 'v1', pipeline_build_no: '7', __ci__: 'jenkinsci' }, revision: SHA },
    ],
    [
      'Travis CI, a pull request',
      {
        TRAVIS_BUILD_ID: '901',
        TRAVIS_BUILD_NUMBER: '10',
        TRAVIS_BRANCH: 'main',
        TRAVIS_PULL_REQUEST_BRANCH: 'topic',
        TRAVIS_COMMIT: 'b'.repeat(40),
        TRAVIS_PULL_REQUEST_SHA: SHA,
      },
      { tags: { pipeline_branch: '901', pipeline_build_no: '10', __ci__: 'travisci' }, branch: 'topic', revision: SHA },
    ],
    [
      'Travis CI, a tag, which it calls a branch',
      { TRAVIS_BUILD_ID: '902', TRAVIS_BUILD_NUMBER: '11', TRAVIS_BRANCH: 'v1', TRAVIS_TAG: 'v1', TRAVIS_COMMIT: SHA },
      { tags: { pipeline_branch: '902', pipeline_build_no: '11', __ci__: 'travisci' }, revision: SHA },
    ],
    [
      'Drone, a tag',
      { DRONE_REPO_BRANCH: 'main', DRONE_BUILD_NUMBER: '11', DRONE_BRANCH: 'v1', DRONE_TAG: 'v1', DRONE_COMMIT_SHA: SHA },
      { tags: { pipeline_branch: 'main', pipeline_build_no: '11', __ci__: 'droneci' }, revision: SHA },
    ],
    [
      'GitLab CI, a merge request, which has no CI_COMMIT_BRANCH',
      { GITLAB_CI: 'true', CI_JOB_NAME: 'unit', CI_PIPELINE_ID: '12', CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: 'topic', CI_COMMIT_SHA: SHA },
      { tags: { pipeline_branch: 'unit', pipeline_build_no: '12', __ci__: 'gitlabci' }, branch: 'topic', revision: SHA },
    ],
    [
      'GitLab CI, a tag',
      { GITLAB_CI: 'true', CI_JOB_NAME: 'unit', CI_PIPELINE_ID: '13', CI_COMMIT_TAG: 'v1', CI_COMMIT_REF_NAME: 'v1', CI_COMMIT_SHA: SHA },
      { tags: { pipeline_branch: 'unit', pipeline_build_no: '13', __ci__: 'gitlabci' }, revision: SHA },
    ],
    [
      'CircleCI, a tag',
      { CIRCLECI: 'true', CIRCLE_JOB: 'test', CIRCLE_BUILD_NUM: '9', CIRCLE_TAG: 'v1', CIRCLE_SHA1: SHA },
      { tags: { pipeline_branch: 'test', pipeline_build_no: '9', __ci__: 'circleci' }, revision: SHA },
    ],
  ])('%s', (_, env, expected) => {
    expect(describeCi(env)).toEqual(expected);
  });

  const JENKINS = { BUILD_NUMBER: '1', BRANCH_NAME: 'x', JOB_NAME: 'y', GIT_COMMIT: 'b'.repeat(40) };

  it.each([
    ['gitlabci', { CI_JOB_NAME: 'unit', CI_PIPELINE_ID: '7', CI_PROJECT_PATH: 'g/p', CI_COMMIT_SHA: SHA }, 'gitlabci:g/p:7'],
    ['circleci', { CIRCLE_JOB: 'test', CIRCLE_BUILD_NUM: '8', CIRCLE_WORKFLOW_ID: 'w', CIRCLE_SHA1: SHA }, 'circleci:w'],
    ['travisci', { TRAVIS_BUILD_ID: '900', TRAVIS_BUILD_NUMBER: '9', TRAVIS_REPO_SLUG: 'o/r', TRAVIS_COMMIT: SHA }, 'travisci:o/r:900'],
    ['droneci', { DRONE_REPO_BRANCH: 'main', DRONE_BUILD_NUMBER: '1', DRONE_REPO: 'o/r', DRONE_COMMIT_SHA: SHA }, 'droneci:o/r:1'],
    [
      'bitbucketci',
      { BITBUCKET_TAG: 'v1', BITBUCKET_BUILD_NUMBER: '2', BITBUCKET_REPO_FULL_NAME: 'o/r', BITBUCKET_COMMIT: SHA },
      'bitbucketci:o/r:2',
    ],
  ])('is %s where a job sets what Jenkins sets, with its own revision and group', (name, env, group) => {
    expect(describeCi({ ...JENKINS, ...env })).toMatchObject({ tags: { __ci__: name }, revision: SHA, group });
  });

  it('is the one with its own variable where two have a build and a branch', () => {
    const gitlab = { CI_JOB_NAME: 'unit', CI_PIPELINE_ID: '7' };
    expect(describeCi({ ...gitlab, ...JENKINS, JENKINS_URL: 'https://ci.example/' })).toMatchObject({ tags: { __ci__: 'jenkinsci' } });
    expect(describeCi({ ...gitlab, ...JENKINS, JENKINS_URL: 'https://ci.example/', GITLAB_CI: 'true' })).toMatchObject({
      tags: { __ci__: 'gitlabci' },
    });
  });

  it.each([
    {},
    { CI: 'true' },
    { BUILD_NUMBER: '1' },
    { CI_JOB_NAME: 'a', CI_PIPELINE_ID: '' },
    { GITHUB_REF_NAME: 'a', GITHUB_RUN_NUMBER: '1' },
    { JENKINS_URL: 'https://ci.example/' },
  ])('is not seen in %j', (env) => {
    expect(describeCi(env)).toEqual({ tags: {} });
  });
});

describe('the group of parallel jobs', () => {
  const github = {
    GITHUB_ACTIONS: 'true',
    GITHUB_REF_NAME: 'main',
    GITHUB_RUN_NUMBER: '12',
    GITHUB_REPOSITORY: 'o/r',
    GITHUB_RUN_ID: '99',
  };

  it.each([
    [{ ...github, GITHUB_RUN_ATTEMPT: '2', GITHUB_JOB: 'shard-1' }, 'githubactions:o/r:99:2'],
    [{ CI_JOB_NAME: 'test 2/4', CI_PIPELINE_ID: '7', CI_PROJECT_PATH: 'g/p' }, 'gitlabci:g/p:7'],
    [{ CIRCLE_JOB: 'test', CIRCLE_BUILD_NUM: '8', CIRCLE_WORKFLOW_ID: 'w' }, 'circleci:w'],
    [{ TRAVIS_BUILD_ID: '900', TRAVIS_BUILD_NUMBER: '9', TRAVIS_REPO_SLUG: 'o/r' }, 'travisci:o/r:900'],
  ])('of %j', (env, group) => {
    expect(describeCi(env)).toMatchObject({ group });
  });

  it('is absent where a part of it is not told: two runs would pass for one', () => {
    expect(describeCi(github)).not.toHaveProperty('group');
  });
});
