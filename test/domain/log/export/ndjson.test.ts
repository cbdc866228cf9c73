// NDJSON: events as in the members' API, one a line.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { namesFrom } from '../../../../src/domain/directory/names.ts'
import { memberView } from '../../../../src/domain/log/event-views.ts'
import { ndjsonLine } from '../../../../src/domain/log/export/ndjson.ts'
import { cleaned } from '../../../../src/domain/texts.ts'
import { anyText } from '../../../support/any-text.ts'
import { facts, member, organization } from '../../../support/directory.ts'
import { acme, alice, event } from '../../../support/events.ts'

test('a line equals the list entry, with names if given', () => {
  fc.assert(
    fc.property(anyText(), (name) => {
      const names = namesFrom(facts({ organizations: [organization(acme, { members: [member(alice, { name })] })] }))
      const line = ndjsonLine(event(), names)
      expect(line.indexOf('\n')).toBe(line.length - 1)
      expect(JSON.parse(line)).toEqual(memberView(event(), names))
      expect(JSON.parse(line)).toMatchObject({ actingUserName: cleaned(name) })
    }),
  )
})

test('a line is well-formed, also for a stored event that is not', () => {
  const line = ndjsonLine({ ...event(), objectName: 'Eve \ud83d' })
  expect(line).toContain('"objectName":"Eve \ufffd"')
})
