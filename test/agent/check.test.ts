// The exit code of --check: what only a person can end counts more than what may be over soon.
import { expect, test } from 'vitest'
import { check } from '../../agent/check.ts'
import { counted } from '../../agent/counted.ts'
import { Trouble } from '../../agent/trouble.ts'

test.each([
  ['database-unreachable', 'keytrail-unreachable', 1],
  ['database-unreachable', 'keytrail-refused', 2],
  ['database-refused', 'keytrail-unreachable', 2],
] as const)('%s and %s: %d', async (database, keytrail, code) => {
  const said: string[] = []
  const failing = (reason: typeof database | typeof keytrail) => async () => {
    throw new Trouble(reason, `${reason}.`)
  }
  const client = { send: failing(keytrail), authorize: failing(keytrail) }
  const found = await check({ open: failing(database), client, say: (words) => said.push(words) }, undefined)
  expect(found).toBe(code)
  expect(said).toEqual([`Wrong: ${database}.`, `Wrong: ${keytrail}.`])
})

test.each([
  [0, '0 events'],
  [1, '1 event'],
  [2_413, '2,413 events'],
])('%d in words', (count, words) => expect(counted(count, 'event')).toBe(words))
