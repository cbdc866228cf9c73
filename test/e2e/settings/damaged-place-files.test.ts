// A data file about addresses that cannot be used: the app does not start, and says which it is without its path.
import { expect, test } from 'vitest'
import { startApp } from '../../support/servers/running-app.ts'

test('a start with a file that is missing fails and names it by its place in the setting', async () => {
  const error = await startApp({ PLACE_FILES: '/nowhere/Pa55word.mmdb' }).catch((reason: unknown) => reason)
  expect(error).toMatchObject({ message: expect.stringMatching(/PLACE_FILES: file 1 cannot be read$/) })
})
