// Alerts for tests of triggers: records that are short to write, and the routes' ports on memory and a clock of their own.
import * as v from 'valibot'
import { nodeSecrets } from '../../../src/adapters/crypto/secrets.ts'
import { joseIssuedTokens } from '../../../src/adapters/jose/issued-tokens.ts'
import { verifierOf } from '../../../src/adapters/jose/issuers.ts'
import { memoryAlertStore } from '../../../src/adapters/memory/alert-store.ts'
import { memoryTallies } from '../../../src/adapters/memory/counts/tallies.ts'
import { memoryQueue } from '../../../src/adapters/memory/event-queue.ts'
import { memoryEventStore } from '../../../src/adapters/memory/event-store.ts'
import { memoryRuleConfigurations } from '../../../src/adapters/memory/rule-configurations.ts'
import { memorySchedule } from '../../../src/adapters/memory/schedule.ts'
import { AlertRecord } from '../../../src/domain/alerts/alert.ts'
import { readBuiltInRules } from '../../../src/domain/alerts/rule-documents.ts'
import type { AcceptedEvent } from '../../../src/domain/events/event.ts'
import { type Guid, guidOfContent } from '../../../src/domain/guid.ts'
import { readMessage } from '../../../src/domain/ingest/event-messages.ts'
import { instantAt } from '../../../src/domain/instant.ts'
import { authenticateWith } from '../../../src/functions/http/authenticate.ts'
import { ownIssuer, signingKey } from '../api-keys.ts'
import { tokensOf } from '../calls.ts'
import { acme, alice, event, guid } from '../events.ts'
import { directoryOfAcme, people } from '../people.ts'

/** Two rules that come with the app, by their ids: the first groups by user, the second does not group. */
export const [loginsRule, exportRule] = [guid(1, 'f'), guid(2, 'f')]
const builtInRules = readBuiltInRules([
  `
title: Failed login
name: failed_login
logsource: {product: keytrail}
detection:
  selection: {type: [1005, 1006]}
  condition: selection
---
title: Many failed logins
id: ${loginsRule}
level: high
correlation:
  type: event_count
  rules: [failed_login]
  group-by: [actingUserId]
  timespan: 15m
  condition: {gte: 10}
`,
  `
title: Vault exported
id: ${exportRule}
logsource: {product: keytrail}
detection:
  selection: {type: 1602}
  condition: selection
`,
])

/** The time at which the ports begin. */
export const began = Date.UTC(2026, 10, 22, 6, 28)

/** An alert of an hour that began so many hours before `began`: Alice failed to log in, unless the test says otherwise. */
export function alertRecord(hoursAgo: number, members: Record<string, unknown> = {}): AlertRecord {
  const from = began - hoursAgo * 3_600_000
  const rule = members.ruleId ?? loginsRule
  const failed = event({ type: 1005, cipherId: undefined, date: new Date(from).toISOString() })
  return v.parse(AlertRecord, {
    id: guidOfContent(from, String(rule)),
    ruleId: rule,
    title: 'Many failed logins',
    level: 'high',
    group: [{ name: 'actingUserId', value: alice, label: 'Alice' }],
    from: instantAt(from),
    to: instantAt(from),
    firstEventAt: instantAt(from),
    endsAt: instantAt(from + 3_600_000),
    count: 12,
    atLeast: false,
    threshold: 10,
    suppressedCount: 2,
    summary: 'Alice failed to log in 12 times.',
    response: 'Ask Alice.',
    samples: [failed],
    muted: false,
    ...members,
  })
}

/** What the routes of alerts, their rules and mutes need, with Acme, Globex and their people. */
export async function alertPorts() {
  let clock = began
  const now = () => clock
  const alerts = memoryAlertStore()
  const queue = memoryQueue()
  const issuer = joseIssuedTokens({ issuer: ownIssuer, signingKey: signingKey('ES256') }, now)
  const ports = {
    alerts,
    queue,
    store: memoryEventStore(now),
    tallies: memoryTallies(),
    now,
    builtInRules,
    configurations: memoryRuleConfigurations(),
    schedule: memorySchedule(),
    secrets: nodeSecrets(),
    directory: await directoryOfAcme(),
    authenticate: authenticateWith(verifierOf([issuer], tokensOf(people))),
    address: { trustedProxies: 1 },
  }
  return {
    ports,
    /** A token of Acme's own API key. */
    keyToken: () => issuer.issue(acme),
    advance: (ms: number) => {
      clock += ms
    },
    /** Stores alerts as their evaluation does. */
    raise: async (records: readonly AlertRecord[], id: Guid = acme) => {
      const step = { checkpoint: null, metadata: '', entries: [], alerts: records, incidents: [] }
      if (!(await alerts.commit(id, await alerts.progressOf(id), step))) throw new Error('not committed')
    },
    /** The events that are on their way to the log. */
    reported: (): readonly AcceptedEvent[] => eventsIn(queue.messages),
  }
}

/** The events of messages that hold nothing else. */
export const eventsIn = (messages: readonly string[]): readonly AcceptedEvent[] =>
  messages.flatMap((message) => {
    const read = readMessage(message, instantAt(began))
    if (read.kind === 'refused' || read.refused.length > 0) throw new Error(`no events: ${message}`)
    return read.events
  })
