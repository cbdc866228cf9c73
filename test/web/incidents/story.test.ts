// The story of an incident in the page: read from responses, and in words.
import { expect, test } from 'vitest'
import { UnexpectedResponse } from '../../../web/api/read.ts'
import { type Place, storyOf, timelineEntryOf } from '../../../web/incidents/story.ts'
import { changedText, placeText, takenText, waysText } from '../../../web/incidents/story-texts.ts'
import { translator } from '../../../web/locale/i18n.ts'

const t = translator('en')

const item = {
  itemId: 'c1',
  name: 'Root',
  isCritical: true,
  how: ['copied', 'viewed'],
  at: '2024-03-01T10:00:00Z',
  changedAt: null,
}
const place = { country: 'DE', networkNumber: 64_500, networkName: 'Example Net', isHosting: true }
const response = {
  sentence: 'Someone guessed.',
  who: [{ kind: 'person', value: 'u1', label: 'Ada', role: 'acted' }],
  addresses: [{ address: '203.0.113.7', isNew: true, firstAt: null, lastAt: null, eventCount: 0, place }],
  taken: {
    itemCount: 2,
    criticalCount: 1,
    secretCount: 1,
    items: [item],
    exports: [{ eventId: 'e1', at: '2024-03-01T10:00:00Z', what: 'organization', by: 'Ada' }],
  },
  whatToDo: ['Ask Ada.'],
  isPartial: true,
}
const entry = {
  date: '2024-03-01T10:00:00Z',
  until: '2024-03-01T10:05:00Z',
  kind: 'events',
  alertId: null,
  eventId: 'e1',
  eventCount: 3,
  ipAddress: null,
  isSuspicious: false,
  text: '3 failed logins as Ada',
}

test('a story is read with its people, addresses, things taken and what to do', () => {
  const story = storyOf(response)

  expect(story.who).toEqual(response.who)
  expect(story.addresses[0]?.place).toEqual({ country: 'DE', networkName: 'Example Net', isHosting: true })
  expect(story.taken.items[0]?.name).toBe('Root')
  expect(story.taken.exports).toEqual([{ at: '2024-03-01T10:00:00Z', what: 'organization', by: 'Ada' }])
  expect([story.whatToDo, story.isPartial]).toEqual([['Ask Ada.'], true])
})

test('an entry of a timeline is an alert or events', () => {
  const { eventCount: _, ...shown } = entry
  expect(timelineEntryOf(entry)).toEqual(shown)
  expect(() => timelineEntryOf({ ...entry, kind: 'rumour' })).toThrow(UnexpectedResponse)
})

test('says of an address its country, its network and whether that is one of servers, as far as they are known', () => {
  const words = (known: Place | null) => placeText(known, t)

  expect(words({ country: 'DE', networkName: 'Example Net', isHosting: true })).toBe('DE, Example Net, hosting or VPN')
  expect(words({ country: null, networkName: 'Example Net', isHosting: false })).toBe('Example Net')
  expect([words({ country: null, networkName: null, isHosting: null }), words(null)]).toEqual(['', ''])
})

test('says what was taken in numbers, and nothing of what there is none', () => {
  const { taken } = storyOf(response)
  const nothing = { itemCount: 0, criticalCount: 0, secretCount: 0, items: [], exports: [] }

  expect(takenText(taken, t)).toBe('2 items, 1 of them critical, 1 secret, 1 export')
  expect(takenText({ ...nothing, itemCount: 1 }, t)).toBe('1 item')
  expect(takenText(nothing, t)).toBe('Nothing that the log shows')
})

test('says how many of the items were changed since', () => {
  const { taken } = storyOf(response)
  const [one] = taken.items
  const items = (...changes: readonly (string | null)[]) => ({
    items: changes.flatMap((changedAt) => (one ? [{ ...one, changedAt }] : [])),
  })
  expect(changedText(items(), t)).toBe('')
  expect(changedText(items(null, null), t)).toBe('None of these was changed since.')
  expect(changedText(items(null, '2024-03-02T10:00:00Z'), t)).toBe('Of these, 1 was changed since.')
  expect(changedText(items('2024-03-02T10:00:00Z'), t)).toBe('All of these were changed since.')
})

test('says how an item was taken, and passes over ways that it does not know', () => {
  expect(waysText({ how: ['copied', 'viewed', 'photographed'] }, t)).toBe('viewed, copied')
})
