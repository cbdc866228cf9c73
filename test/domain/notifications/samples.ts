// Notifications for tests: one of each kind, and any at all.
import fc from 'fast-check'
import * as v from 'valibot'
import { AlertRecord } from '../../../src/domain/alerts/alert.ts'
import { directoryContext } from '../../../src/domain/alerts/sigma/fields.ts'
import { levels } from '../../../src/domain/alerts/sigma/rules.ts'
import { memberType } from '../../../src/domain/directory/directory.ts'
import type { Instant } from '../../../src/domain/instant.ts'
import {
  type Content,
  type EventFacts,
  eventFacts,
  type IncidentContent,
  IncidentSummary,
  type Notification,
  namesOf,
} from '../../../src/domain/notifications/messages/notification.ts'
import type { Batch, MessageContext } from '../../../src/domain/notifications/messages/request.ts'
import { anyText } from '../../support/any-text.ts'
import { facts, member, organization } from '../../support/directory.ts'
import { acme, alice, bob, event, guid, instant } from '../../support/events.ts'

export const now: Instant = instant('2026-11-20T10:05:00Z')

const directory = facts({
  organizations: [
    organization(acme, {
      members: [
        member(alice, { type: memberType.admin, name: 'Alice', email: 'alice@acme.test' }),
        member(bob, { id: guid(2, '7'), name: 'Bob', email: 'bob@acme.test' }),
      ],
    }),
  ],
})
export const context = directoryContext(directory)

/** Alice views an item from Chrome; about Bob. */
export const sample = event({ userId: bob, deviceType: 2, ipAddress: '203.0.113.7' })

/** An alert as the evaluator makes it, unless the test says otherwise. */
export const alert = (more: Partial<v.InferInput<typeof AlertRecord>> = {}): AlertRecord =>
  v.parse(AlertRecord, {
    id: guid(1, 'e'),
    ruleId: guid(1, 'f'),
    title: 'Many failed logins of one user',
    level: 'high',
    group: [{ name: 'actingUserId', value: alice, label: 'Alice' }],
    from: instant('2026-11-20T10:00:00Z'),
    to: instant('2026-11-20T10:04:00Z'),
    firstEventAt: instant('2026-11-20T09:58:00Z'),
    endsAt: instant('2026-11-20T11:04:00Z'),
    count: 12,
    atLeast: false,
    threshold: 10,
    suppressedCount: 2,
    summary: 'Alice failed to log in 12 times.',
    response: 'Ask the user.',
    tags: ['attack.t1110'],
    samples: [sample],
    muted: false,
    ...more,
  })

export const notification = (content: Content, number = 1): Notification => ({
  id: guid(number, '5'),
  at: instant('2026-11-20T10:04:30Z'),
  integrationId: guid(1, '6'),
  content,
})

const latest = eventFacts(sample, context)
const sampleNames = [namesOf(sample, context)]
const incidentSummary = v.parse(IncidentSummary, {
  id: guid(1, '3'),
  title: 'Many failed logins of one user: Alice and 1 more person',
  level: 'high',
  from: instant('2026-11-20T10:00:00Z'),
  to: instant('2026-11-20T10:04:00Z'),
  alertCount: 2,
  entities: [
    { key: `person:${alice}`, label: 'Alice' },
    { key: `person:${bob}`, label: null },
    { key: 'address:203.0.113.7', label: null },
  ],
})
/** One content of each kind. */
export const contents = {
  alert: { kind: 'alert', alert: alert(), latest, sampleNames },
  resolved: { kind: 'resolved', alert: alert(), latest: null, sampleNames, endedAt: instant('2026-11-20T11:04:00Z') },
  incident: {
    kind: 'incident',
    change: 'opened',
    incident: incidentSummary,
    thread: {
      id: incidentSummary.id,
      integrationId: guid(1, '6'),
      title: incidentSummary.title,
      level: 'high',
      recurredAfter: null,
    },
    alert: alert({ incidentId: incidentSummary.id }),
    latest,
    sampleNames,
  },
  event: { kind: 'event', facts: latest },
  notice: {
    kind: 'notice',
    about: { id: guid(2, '6'), name: 'Pager' },
    failingSince: instant('2026-11-19T10:00:00Z'),
    reason: 'no connection (ECONNRESET)',
  },
  test: { kind: 'test' },
} as const satisfies Record<Content['kind'], Content>

export const about = (more: Partial<MessageContext> = {}): MessageContext => ({
  organization: { id: acme, name: 'Acme' },
  appUrl: 'https://logs.acme.test',
  timeZone: 'UTC',
  template: null,
  ...more,
})

/** What follows in the thread of the incident of `contents`. */
export const risen: IncidentContent = {
  ...contents.incident,
  change: 'risen',
  thread: { ...contents.incident.thread, level: 'critical' },
  alert: alert({ title: 'Vault exported', level: 'critical', summary: 'Alice exported the vault.' }),
}
export const merged: IncidentContent = {
  kind: 'incident',
  change: 'merged',
  incident: contents.incident.incident,
  thread: contents.incident.thread,
  into: { id: guid(2, '3'), title: 'Spraying: Bob' },
}
const act = {
  kind: 'incident',
  incident: contents.incident.incident,
  thread: contents.incident.thread,
  by: { id: bob, name: 'Bob' },
  at: instant('2026-11-20T10:20:00Z'),
} as const
export const acknowledged: IncidentContent = { ...act, change: 'acknowledged' }
export const closed: IncidentContent = { ...act, change: 'closed', verdict: 'expected', reason: 'A test' }
export const reopened: IncidentContent = { ...act, change: 'reopened', by: { id: bob, name: null } }
export const recurred: IncidentContent = {
  ...contents.incident,
  change: 'recurred',
  thread: { ...contents.incident.thread, level: 'low', recurredAfter: act.at },
}

/** Text that tries to be more than text. */
const hostileText = fc.oneof(
  anyText({ maxLength: 40 }),
  fc.constantFrom('<!channel>', '@here', '&lt;!here&gt;', '[x](https://evil.test)', '**b**', '<at>all</at>', '#Type#'),
  fc.constantFrom('\u202Eevil', 'a\nb', '\uD800', '`', '~', '|', '—', ''),
  fc.integer({ min: 0, max: 9_000 }).map((length) => '&'.repeat(length)),
  fc.integer({ min: 0, max: 20_000 }).map((length) => '\u0800"<'.repeat(length / 3)),
)

const anyFacts: fc.Arbitrary<EventFacts> = fc
  .record({ name: hostileText, address: hostileText, role: fc.constantFrom('owner', null), type: fc.nat(10_000) })
  .map(({ name, address, role, type }) => ({
    event: event({ type, ipAddress: address.slice(0, 256), objectName: name.slice(0, 256) }),
    fields: { ...latest.fields, actingUserName: name, memberName: address, groupName: name, collectionName: name },
    userName: name,
    userEmail: address,
    userRole: role,
  }))

const anyAlert: fc.Arbitrary<AlertRecord> = fc
  .record({
    title: hostileText,
    level: fc.constantFrom(...levels),
    group: fc.array(fc.record({ name: hostileText, value: hostileText, label: fc.option(hostileText) }), {
      maxLength: 30,
    }),
    count: fc.nat(),
    atLeast: fc.boolean(),
    threshold: fc.nat(),
    suppressedCount: fc.nat(),
    summary: hostileText,
    response: fc.option(hostileText),
    samples: fc.array(
      anyFacts.map((each) => each.event),
      { maxLength: 5 },
    ),
  })
  .map(alert)

/** Any content at all, even content that never occurs. */
const anyContent: fc.Arbitrary<Content> = fc.oneof(
  fc
    .record({ alert: anyAlert, latest: fc.option(anyFacts), names: fc.array(anyFacts, { maxLength: 10 }) })
    .map(({ names, ...of }) => ({ kind: 'alert' as const, ...of, sampleNames: names.map(({ fields }) => fields) })),
  anyAlert.map((each) => ({ ...contents.resolved, alert: each })),
  fc
    .record({
      title: hostileText,
      text: hostileText,
      alert: anyAlert,
      of: fc.constantFrom(contents.incident, risen, recurred, merged, acknowledged, closed, reopened),
    })
    .map(({ title, text, alert, of }): IncidentContent => {
      const incident = { ...of.incident, title, entities: [{ key: `person:${alice}`, label: text }] }
      const common = { incident, thread: { ...of.thread, title } }
      if (of.change === 'merged') return { ...of, ...common, into: { id: guid(2, '3'), title: text } }
      if (of.change === 'closed') return { ...of, ...common, by: { id: bob, name: text }, reason: text }
      return 'by' in of ? { ...of, ...common, by: { id: bob, name: text } } : { ...of, ...common, alert }
    }),
  anyFacts.map((each) => ({ kind: 'event' as const, facts: each })),
  fc
    .record({ name: hostileText, reason: hostileText })
    .map(({ name, reason }) => ({ ...contents.notice, about: { id: guid(3, '6'), name }, reason })),
  fc.constant(contents.test),
)

export const anyAbout: fc.Arbitrary<MessageContext> = fc
  .record({
    name: fc.option(hostileText),
    template: fc.option(fc.constantFrom('#ActingUserName# #Summary#', '*#EventMessage#*', '##', '#Link#'.repeat(300))),
    appUrl: fc.constantFrom(null, 'https://logs.acme.test', `https://${'x'.repeat(2_500)}.test`),
    timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires'),
  })
  .map(({ name, ...more }) => about({ organization: { id: acme, name }, ...more }))

export const batchOf = (first: Notification, ...others: readonly Notification[]): Batch => [first, ...others]

/** As many notifications, at least one, as `max` says. */
export const anyBatch = (max: number): fc.Arbitrary<Batch> =>
  fc.array(anyContent, { minLength: 1, maxLength: max }).map((all) => {
    const [first, ...others] = all.map((content, index) => notification(content, index + 1))
    return batchOf(first ?? notification(contents.test), ...others)
  })

/** An alert alone, and with an event. */
export const one = batchOf(notification(contents.alert))
export const two = batchOf(notification(contents.alert), notification(contents.event, 2))

/** So many pending notifications. */
export const pending = (count: number, content: Content = contents.event) =>
  Array.from({ length: count }, (_, index) => notification(content, index + 1))
