// The catalogue of event types, against the list that clients and servers agree on (event-types.json).
import { expect, test } from 'vitest'
import { isAuditType } from '../../../src/domain/events/audit-events.ts'
import { describe as sentenceOf } from '../../../src/domain/events/describe.ts'
import { idFields } from '../../../src/domain/events/event.ts'
import { eventTypeOf, eventTypes } from '../../../src/domain/events/event-types.ts'
import { event, guid } from '../../support/events.ts'
import agreed from './event-types.json' with { type: 'json' }

test('has exactly the types that clients and servers agree on, in order of code', () => {
  expect(agreed).toHaveLength(153)
  const ofOthers = eventTypes.filter(({ code }) => !isAuditType(code))
  expect(ofOthers.map(({ template: _, ...type }) => type)).toEqual(agreed)
  expect(eventTypes.slice(0, ofOthers.length)).toEqual(ofOthers)
})

test('finds each type by its code, and none by another', () => {
  expect(eventTypes.map(({ code }) => eventTypeOf(code))).toEqual(eventTypes)
  for (const code of [0, 999, 1012, 2512, -1007, Number.NaN]) expect(eventTypeOf(code)).toBeUndefined()
})

test.each(eventTypes)('$code: sentences fill every placeholder in "$template"', ({ code, template }) => {
  const ids = Object.fromEntries(idFields.map((field, index) => [field, guid(index, (index % 16).toString(16))]))
  const filled = sentenceOf(event({ ...ids, type: code, domainName: 'a0000000.example' }))
  const [before = '', ...afterPlaceholders] = template.split(/\{[a-z-]+\}/)
  const pattern = [before, ...afterPlaceholders]
    .map((text) => text.replaceAll('.', '\\.'))
    .join('[0-9a-f]0{7}(?:\\.example)?')
  expect(filled).toMatch(new RegExp(`^${pattern}$`))
  expect(filled).toMatch(/^[A-Z].*\.$/)
})
