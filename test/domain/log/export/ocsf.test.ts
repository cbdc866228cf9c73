// OCSF: every event type has a class and an activity, and every exported event satisfies the schema.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { namesFrom } from '../../../../src/domain/directory/names.ts'
import { idFields } from '../../../../src/domain/events/event.ts'
import { eventTypes } from '../../../../src/domain/events/event-types.ts'
import { ocsfEvent, ocsfLine } from '../../../../src/domain/log/export/ocsf.ts'
import { ocsfVersion } from '../../../../src/domain/log/export/ocsf-classes.ts'
import { ocsfMappingOf } from '../../../../src/domain/log/export/ocsf-mapping.ts'
import { facts, item, member, organization } from '../../../support/directory.ts'
import { acme, alice, bob, event, guid } from '../../../support/events.ts'
import { baseEvent, classes, problemsOf } from './ocsf-schema.ts'

const [memberId, group] = [guid(1, '7'), guid(1, '8')]
const names = namesFrom(
  facts({
    organizations: [
      organization(acme, {
        members: [member(alice, { id: memberId, name: 'Alice', email: 'alice@acme.test' })],
        groups: [{ id: group, name: 'Engineers' }],
        policies: [{ id: guid(1, '9'), type: 0, name: 'Two-step login' }],
      }),
    ],
    items: [item(guid(2, 'd'), { name: 'Root', critical: true })],
  }),
)
const noIds = Object.fromEntries(idFields.map((field) => [field, undefined]))
const allIds = Object.fromEntries(idFields.map((field, index) => [field, guid(index, 'e')]))

/** What is wrong with the OCSF form of an event, by the schema. */
function problems(members: Record<string, unknown>, withNames = false): string[] {
  const written: Record<string, unknown> = JSON.parse(ocsfLine(event(members), withNames ? names : undefined))
  const ofClass = classes[Number(written.class_uid)]
  if (!ofClass) return [`no class ${written.class_uid}`]
  return [
    ...problemsOf(written, baseEvent),
    ...problemsOf(written, ofClass),
    ...(written.category_uid === ofClass.category_uid ? [] : ['the category is another class’s']),
    ...(written.type_uid === Number(written.class_uid) * 100 + Number(written.activity_id) ? [] : ['type_uid is off']),
    ...(written.activity_id === 99 && !written.activity_name ? ['99 without a name'] : []),
  ]
}

describe.each(eventTypes)('$code $name', ({ code, name }) => {
  test('has a class, and satisfies its schema with few and with all properties', () => {
    expect(ocsfMappingOf(code)).toBeDefined()
    expect(problems({ type: code, ...noIds, organizationId: acme })).toEqual([])
    expect(problems({ type: code, ...noIds, organizationId: acme, systemUser: 1 })).toEqual([])
    const full = { type: code, ...allIds, organizationId: acme, actingUserId: alice, domainName: 'acme.example' }
    expect(problems({ ...full, deviceType: 9, ipAddress: '203.0.113.7' }, true)).toEqual([])
  })

  test('has its own code and name', () => {
    expect(ocsfEvent(event({ type: code })).unmapped).toMatchObject({ type: code, typeName: name })
  })
})

test('any event satisfies the schema', () => {
  const anything = fc.record(
    {
      ...Object.fromEntries(idFields.map((field) => [field, fc.nat(3).map((number) => guid(number, 'b'))])),
      deviceType: fc.nat(40),
      systemUser: fc.nat(10),
      ipAddress: fc.oneof(fc.ipV4(), fc.ipV6(), fc.string({ maxLength: 20 })),
      domainName: fc.string({ maxLength: 20 }),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(anything, fc.constantFrom(...eventTypes.map(({ code }) => code), 4_711), (members, type) => {
      expect(problems({ ...noIds, organizationId: acme, ...members, type }, true)).toEqual([])
    }),
  )
})

test('docs/ocsf.md has the class and activity of every type, and the version', () => {
  const text = readFileSync(resolve(import.meta.dirname, '../../../../docs/ocsf.md'), 'utf8')
  expect(text).toContain(`**${ocsfVersion}**`)
  const documented = [...text.matchAll(/^\| (\d{4}) [^|]+ \| (\d+) ([^|]+) \| ([\d, –]+) \|$/gm)].flatMap(
    ([, class_uid, activity_id, activity = '', codes = '']) =>
      codes.split(', ').flatMap((span) => {
        const [first = 0, last = first] = span.split('–').map(Number)
        const ofRow = { class_uid: Number(class_uid), activity_id: Number(activity_id), activity }
        return Array.from({ length: last - first + 1 }, (_, index) => ({ code: first + index, ...ofRow }))
      }),
  )
  expect(documented.map(({ code }) => code).toSorted()).toEqual(eventTypes.map(({ code }) => code).toSorted())
  for (const { code, class_uid, activity_id, activity } of documented) {
    const written = ocsfEvent(event({ type: code }))
    expect(written, String(code)).toMatchObject({ class_uid, activity_id })
    expect(written.status_id).toBe(activity.endsWith(' (failed)') ? 2 : 1)
    if (activity_id === 99) expect(written.activity_name).toBe(activity.replace(' (failed)', ''))
  }
})

describe('an event in OCSF', () => {
  test('names the actor, the item and the address', () => {
    const viewed = event({ date: '2026-11-20T10:00:00.1234567Z', deviceType: 9, ipAddress: '203.0.113.7' })
    expect(ocsfEvent(viewed, names)).toEqual({
      class_uid: 6001,
      category_uid: 6,
      activity_id: 2,
      type_uid: 600_102,
      severity_id: 1,
      status_id: 1,
      time: Date.UTC(2026, 10, 20, 10, 0, 0, 123),
      message: 'Viewed item d0000000.',
      metadata: {
        version: '1.6.0',
        product: { name: 'Keytrail', vendor_name: 'Keytrail' },
        profiles: ['host'],
        uid: viewed.id,
        event_code: '1107',
        tenant_uid: acme,
        original_time: '2026-11-20T10:00:00.1234567Z',
      },
      actor: { user: { uid: alice, name: 'alice@acme.test', full_name: 'Alice', email_addr: 'alice@acme.test' } },
      device: { type_id: 8, type: 'Browser', name: 'Web Vault - Chrome', ip: '203.0.113.7' },
      src_endpoint: { ip: '203.0.113.7' },
      web_resources: [{ type: 'Vault item', uid: guid(1, 'd') }],
      unmapped: { type: 1107, typeName: 'Cipher_ClientViewed', cipherId: guid(1, 'd'), deviceType: 9 },
    })
  })

  test('names an item that the directory knows, read or changed, and says whether it is critical', () => {
    const ids = { cipherId: guid(2, 'd'), organizationUserId: memberId }
    const viewed = ocsfEvent(event(ids), names)
    expect(viewed).toMatchObject({
      message: 'Viewed item Root.',
      web_resources: [{ type: 'Vault item', uid: ids.cipherId, name: 'Root' }],
      unmapped: { ...ids, itemName: 'Root', itemCritical: true, memberName: 'Alice' },
    })
    expect(viewed.unmapped).not.toHaveProperty('groupName')
    expect(ocsfEvent(event({ ...ids, type: 1101 }), names)).toMatchObject({ entity: { name: 'Root' } })
    const nameless = ocsfEvent(event(ids))
    expect(nameless).toMatchObject({ message: 'Viewed item d0000000.', web_resources: [{ uid: ids.cipherId }] })
    expect(nameless.unmapped).not.toHaveProperty('itemCritical')
  })

  test('marks a failed login', () => {
    const failed = ocsfEvent(event({ type: 1005, ...noIds, userId: alice, organizationId: acme }), names)
    expect(failed).toMatchObject({ class_uid: 3002, activity_id: 1, status_id: 2, severity_id: 2 })
    expect(failed).toMatchObject({ user: { uid: alice }, actor: { user: { uid: alice } } })
  })

  test('distinguishes the member from the actor', () => {
    const removed = { type: 1503, ...noIds, organizationId: acme, userId: bob, organizationUserId: memberId }
    const byAlice = ocsfEvent(event({ ...removed, actingUserId: alice }), names)
    expect(byAlice).toMatchObject({ user: { uid: bob, uid_alt: memberId }, actor: { user: { uid: alice } } })
    expect(byAlice).toMatchObject({ privileges: ['organization access'] })
    expect(ocsfEvent(event({ ...removed, systemUser: 1 }))).toMatchObject({ actor: { app_name: 'SCIM' } })
    expect(ocsfEvent(event({ ...removed, systemUser: 200 }))).toMatchObject({ actor: { app_name: 'VaultwardenAdmin' } })
  })

  test('names a member without a user, a group, a policy and a setting', () => {
    const written = (members: Record<string, unknown>) =>
      ocsfEvent(event({ ...noIds, organizationId: acme, ...members }), names)
    expect(written({ type: 1500, organizationUserId: memberId })).toMatchObject({
      user: { uid: memberId, name: 'Alice' },
    })
    expect(written({ type: 1400, groupId: group })).toMatchObject({ group: { uid: group, name: 'Engineers' } })
    expect(written({ type: 1700, policyId: guid(1, '9') })).toMatchObject({
      entity: { type_id: 5, type: 'Policy', policy: { uid: guid(1, '9'), name: 'Two-step login' } },
    })
    expect(written({ type: 1604 })).toMatchObject({
      activity_id: 8,
      entity: { type_id: 99, type: 'Organization setting', name: 'SSO', org: { uid: acme } },
    })
  })

  test('puts an invalid address into unmapped', () => {
    const written = ocsfEvent(event({ ipAddress: 'proxy-7' }))
    expect(written).not.toHaveProperty('src_endpoint')
    expect(written.unmapped).toMatchObject({ ipAddress: 'proxy-7' })
  })

  test('is a Base Event when the catalogue does not have its type', () => {
    expect(ocsfEvent(event({ type: 4711 }))).toMatchObject({ class_uid: 0, type_uid: 99, activity_name: 'Event 4711' })
  })
})
