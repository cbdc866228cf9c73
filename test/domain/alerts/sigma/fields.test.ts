// The fields of an event: everything of the member's view, and what the directory and the calendar add.
import { describe, expect, test } from 'vitest'
import { defaultHours } from '../../../../src/domain/alerts/hours/alerting-hours.ts'
import { nothingObserved } from '../../../../src/domain/alerts/observed/observed.ts'
import { directoryContext, fieldsOf, knownFields, vocabularies } from '../../../../src/domain/alerts/sigma/fields.ts'
import { memberType } from '../../../../src/domain/directory/directory.ts'
import { namesFrom, replaceOrganization } from '../../../../src/domain/directory/names.ts'
import { memberView } from '../../../../src/domain/log/event-views.ts'
import { facts, item, member, organization } from '../../../support/directory.ts'
import { acme, alice, bob, event, guid } from '../../../support/events.ts'

const critical = guid(9, 'd')
const directory = facts({
  organizations: [
    organization(acme, { members: [member(alice, { type: memberType.admin, name: 'Alice', email: 'a@acme.test' })] }),
  ],
  items: [item(critical, { critical: true }), item(guid(1, 'd'))],
})
const context = directoryContext(directory)
const firstSeen = { ...nothingObserved, isFirstSeenIp: true, country: 'DE' }

describe('the fields of an event', () => {
  test('are the known ones, each as it is meant to be', () => {
    const fields = fieldsOf(event({ deviceType: 9, ipAddress: '10.0.0.1', cipherId: critical }), context)
    expect(Object.keys(fields).toSorted()).toEqual([...knownFields.keys()].toSorted())
    for (const [name, value] of Object.entries(fields)) {
      const kind = knownFields.get(name) === 'address' ? 'text' : knownFields.get(name)
      if (value !== null) expect(kind, name).toBe(typeof value === 'string' ? 'text' : typeof value)
    }
  })

  test('hold the member view', () => {
    const { object, ...view } = memberView(event(), namesFrom(directory))
    expect(object).toBe('event')
    expect(fieldsOf(event(), context)).toMatchObject(view)
  })

  test('say what the numbers mean, who acted, and when: in UTC by default', () => {
    const date = '2026-11-20T23:59:59.999Z'
    expect(fieldsOf(event({ deviceType: 2, cipherId: critical, date }), context, firstSeen)).toMatchObject({
      eventName: 'Cipher_ClientViewed',
      category: 'item',
      deviceName: 'ChromeExtension',
      actingUserName: 'Alice',
      actingUserEmail: 'a@acme.test',
      actingUserRole: 'admin',
      itemCritical: true,
      hourOfDay: 23,
      weekday: 'Friday',
      offHours: true,
      isFirstSeenIp: true,
      isFirstSeenDevice: null,
      country: 'DE',
    })
  })

  test('have hour, weekday and off hours of the clock of the organization', () => {
    const berlin = directoryContext(directory, { ...defaultHours, timeZone: 'Europe/Berlin' })
    expect(fieldsOf(event({ date: '2026-11-22T23:59:59.999Z' }), { ...context, ...berlin })).toMatchObject({
      hourOfDay: 0,
      weekday: 'Monday',
      offHours: true,
    })
    expect(fieldsOf(event({ date: '2026-11-23T07:00:00Z' }), { ...context, ...berlin }).offHours).toBe(false)
  })

  test('are null where nothing is known', () => {
    const strange = event({ type: 9_999, deviceType: 999, actingUserId: bob, cipherId: undefined })
    expect(fieldsOf(strange, context)).toMatchObject({
      eventName: null,
      category: null,
      deviceName: null,
      actingUserRole: null,
      itemCritical: null,
    })
    expect(fieldsOf(event({ actingUserId: undefined }), context).actingUserRole).toBeNull()
    expect(fieldsOf(event({ cipherId: guid(77, 'd') }), context).itemCritical).toBe(false)
  })

  test('say whom a membership belongs to, with the last role also of one who left', () => {
    const about = event({ organizationUserId: guid(1, '7') })
    expect(fieldsOf(about, context)).toMatchObject({ targetUserId: alice, targetRole: 'admin' })

    const [known] = directory.organizations.values()
    const left = known && replaceOrganization(known, acme, { ...known, members: [] })
    const after = { ...context, ...directoryContext(facts({ organizations: left ? [left] : [] })) }
    expect(fieldsOf(about, after)).toMatchObject({ targetUserId: alice, targetRole: 'admin' })
    expect(fieldsOf(event(), after).actingUserRole).toBeNull()
    expect(fieldsOf(event({ organizationUserId: guid(2, '7') }), context)).toMatchObject({
      targetUserId: null,
      targetRole: null,
    })
  })

  test('with closed vocabularies hold nothing else', () => {
    for (const [name, words] of vocabularies) {
      const value = fieldsOf(event({ deviceType: 3, organizationUserId: guid(1, '7') }), context)[name]
      expect(words, name).toContain(value)
    }
  })
})
