/** What the build needs of Playwright's types, which are not installed for it. Users have the real ones. */
declare module '@playwright/test' {
  export const test: object;
  export const expect: object;
}
