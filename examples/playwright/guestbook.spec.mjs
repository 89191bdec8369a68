import { expect, test } from '@playwright/test';
import { guestbook } from './guestbook.mjs';

test.describe('the guest book', { annotation: { type: 'spanmeter.component', description: 'guests' } }, () => {
  test.beforeEach(({ page }) => page.setContent(guestbook));

  test('is empty at first', async ({ page }) => {
    await expect(page.getByRole('listitem')).toHaveCount(0);
  });

  test('shows who signed, after a while: time, but little work', async ({ page }) => {
    await page.getByLabel('Your name').fill('Ada');
    await page.getByRole('button').click();
    await expect(page.getByRole('listitem')).toHaveText('Ada');
  });
});
