// The page's types of the API are those of openapi.yaml.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { apiTypes } from '../../../scripts/api-types.ts'

const root = join(import.meta.dirname, '../../..')
const text = (path: string) => readFile(join(root, path), 'utf8')

test('the types of the page are up to date: `npm run api-types` writes them', async () => {
  expect(await text('web/api/types.ts')).toBe(await apiTypes(await text('openapi.yaml')))
})
