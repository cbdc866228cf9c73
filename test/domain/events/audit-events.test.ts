// Audit events: complete, distinct from all other events, and read back as written.
import { describe, expect, test } from 'vitest'
import { type AuditEventKind, auditCodes, auditEvent, isAuditType } from '../../../src/domain/events/audit-events.ts'
import { describe as sentenceOf } from '../../../src/domain/events/describe.ts'
import { textCharactersMax } from '../../../src/domain/events/event.ts'
import { eventTypeOf, eventTypes } from '../../../src/domain/events/event-types.ts'
import { readMessage, readPosted, writeMessages } from '../../../src/domain/ingest/event-messages.ts'
import { memberView } from '../../../src/domain/log/event-views.ts'
import { acme, alice, guid, instant } from '../../support/events.ts'

const at = instant('2026-11-22T06:28:00.1234567Z')
const objectId = guid(1, 'e')
const facts = { organizationId: acme, actingUserId: alice, at, objectId, objectName: 'X' }
const kinds: readonly (readonly [AuditEventKind, type: string, sentence: string])[] = [
  ['rule-created', 'Keytrail_AlertRuleCreated', 'Created alert rule X.'],
  ['rule-replaced', 'Keytrail_AlertRuleReplaced', 'Replaced alert rule X.'],
  ['rule-deleted', 'Keytrail_AlertRuleDeleted', 'Deleted alert rule X.'],
  ['rule-settings-changed', 'Keytrail_AlertRuleSettingsChanged', 'Changed settings of alert rule X.'],
  ['alert-exception-added', 'Keytrail_AlertExceptionAdded', 'Added an exception: X.'],
  ['alert-exception-ended', 'Keytrail_AlertExceptionEnded', 'Ended an exception: X.'],
  ['value-list-changed', 'Keytrail_ValueListChanged', 'Changed list of values X.'],
  ['alerting-hours-changed', 'Keytrail_AlertingHoursChanged', 'Changed the alerting hours: X.'],
  ['alert-acknowledged', 'Keytrail_AlertAcknowledged', 'Acknowledged alert X.'],
  ['alerts-muted', 'Keytrail_AlertsMuted', 'Muted alerts of X.'],
  ['alerts-unmuted', 'Keytrail_AlertsUnmuted', 'Ended muting alerts of X.'],
  ['incident-acknowledged', 'Keytrail_IncidentAcknowledged', 'Acknowledged incident X.'],
  ['incident-assigned', 'Keytrail_IncidentAssigned', 'Assigned incident X.'],
  ['incident-closed', 'Keytrail_IncidentClosed', 'Closed incident X.'],
  ['incident-reopened', 'Keytrail_IncidentReopened', 'Reopened incident X.'],
  ['incident-commented', 'Keytrail_IncidentCommented', 'Commented on incident X.'],
  ['api-key-created', 'Keytrail_ApiKeyCreated', 'Created API key X.'],
  ['api-key-rotated', 'Keytrail_ApiKeyRotated', 'Rotated API key X.'],
  ['api-key-revoked', 'Keytrail_ApiKeyRevoked', 'Revoked API key X.'],
  ['server-key-created', 'Keytrail_ServerKeyCreated', 'Created server key X.'],
  ['server-key-rotated', 'Keytrail_ServerKeyRotated', 'Rotated server key X.'],
  ['server-key-revoked', 'Keytrail_ServerKeyRevoked', 'Revoked server key X.'],
  ['integration-created', 'Keytrail_IntegrationCreated', 'Created integration X.'],
  ['integration-replaced', 'Keytrail_IntegrationReplaced', 'Replaced integration X.'],
  ['integration-deleted', 'Keytrail_IntegrationDeleted', 'Deleted integration X.'],
  ['integration-secret-rotated', 'Keytrail_IntegrationSecretRotated', 'Rotated signing secret of integration X.'],
  ['integration-replayed', 'Keytrail_IntegrationReplayed', 'Replayed failed notifications of integration X.'],
  ['source-created', 'Keytrail_SourceCreated', 'Created source X.'],
  ['source-changed', 'Keytrail_SourceChanged', 'Changed source X.'],
  ['source-removed', 'Keytrail_SourceRemoved', 'Removed source X.'],
  ['source-key-replaced', 'Keytrail_SourceKeyReplaced', 'Replaced the API key of source X.'],
  ['source-paused', 'Keytrail_SourcePaused', 'Paused source X.'],
  ['source-resumed', 'Keytrail_SourceResumed', 'Resumed source X.'],
  ['source-failing', 'Keytrail_SourceFailing', 'Source X has been failing for 15 minutes.'],
  ['source-recovered', 'Keytrail_SourceRecovered', 'Source X works again.'],
  ['source-silent', 'Keytrail_SourceSilent', 'Source X has had no events for 3 days.'],
  ['organization-created', 'Keytrail_OrganizationCreated', 'Created organization X.'],
]

describe('an audit event', () => {
  test.each(kinds)('of kind %s has the type %s', (kind, name, sentence) => {
    const event = auditEvent(kind, facts, guid(1))
    expect(eventTypeOf(event.type)).toMatchObject({ name, category: 'keytrail', collect: null })
    expect(sentenceOf(event)).toBe(sentence)
  })

  test('exists for each audit type of the catalogue', () => {
    const own = eventTypes.filter(({ category }) => category === 'keytrail')
    expect(kinds.map(([kind]) => auditEvent(kind, facts, guid(1)).type)).toEqual(own.map(({ code }) => code))
  })

  test('has the actor, the object, the time and the origin', () => {
    const from = { ipAddress: '203.0.113.7', deviceType: 9 }
    expect(memberView(auditEvent('alerts-muted', { ...facts, ...from }, guid(1)))).toMatchObject({
      id: guid(1),
      type: 9_011,
      date: '2026-11-22T06:28:00.1234567Z',
      organizationId: acme,
      actingUserId: alice,
      objectId,
      objectName: 'X',
      ...from,
    })
  })

  test('is unchanged after its way through the queue', () => {
    const named = { ...facts, actingUserName: 'Olga', actingUserEmail: 'olga@keytrail.test' }
    const events = [auditEvent('rule-created', facts, guid(1)), auditEvent('api-key-revoked', named, guid(2))]
    const [message = ''] = writeMessages(events)
    expect(readMessage(message, instant('2027-01-01'))).toEqual({ kind: 'events', events, refused: [] })
  })

  test('has a name up to the limit of events; a longer one is cut', () => {
    const nameOf = (objectName: string) => auditEvent('rule-created', { ...facts, objectName }, guid(1)).objectName
    const longest = 'x'.repeat(textCharactersMax)
    expect(nameOf(longest)).toBe(longest)
    expect(nameOf(`${longest}x`)).toBe(`${longest.slice(1)}…`)
    const acted = auditEvent('rule-created', { ...facts, actingUserName: `${longest}x` }, guid(1))
    expect(acted.actingUserName).toBe(`${longest.slice(1)}…`)
  })
})

test('audit types are those of a range without other types', () => {
  const own = eventTypes.filter(({ code }) => isAuditType(code))
  expect(own).toEqual(eventTypes.filter(({ category }) => category === 'keytrail'))
  const { first, last } = auditCodes
  expect([first - 1, first, last, last + 1].map(isAuditType)).toEqual([false, true, true, false])
})

describe('a server', () => {
  const server = { kind: 'server', clientId: 'vault', organizations: 'all' } as const
  const posted = (Type: number) => readPosted(server, { Type, OrganizationId: acme }, () => guid(1), at)

  test('cannot report an event of an audit type, used or reserved', () => {
    const { first, last } = auditCodes
    for (const type of [first - 1, last + 1]) expect(posted(type)).toMatchObject({ kind: 'event', event: { type } })
    for (const type of [first, 9_011, last]) expect(posted(type)).toEqual({ kind: 'refused', reason: 'type-reserved' })
  })

  test('names nobody in its events: that is the directory’s', () => {
    const entry = { Type: 1_000, OrganizationId: acme, ActingUserId: alice, ActingUserName: 'Someone else' }
    expect(readPosted(server, entry, () => guid(1), at)).toMatchObject({
      kind: 'event',
      event: { actingUserId: alice },
    })
    expect(JSON.stringify(readPosted(server, entry, () => guid(1), at))).not.toContain('Someone else')
  })
})
