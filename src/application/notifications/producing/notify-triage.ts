// Notifies integrations of what a person did to an incident.
import { inParallel } from '../../../concurrency/parallel.ts'
import { emptyConfiguration, hoursOf } from '../../../domain/alerts/configuration/rule-configuration.ts'
import { instantAt, millisecondsOf } from '../../../domain/instant.ts'
import { notificationsOf, subscribersOf } from '../../../domain/notifications/produce.ts'
import { triageNews } from '../../../domain/notifications/triage-news.ts'
import type { TriageListener } from '../../../ports/alerts/incidents.ts'
import type { RuleConfigurations } from '../../../ports/alerts/rule-configurations.ts'
import type { DirectoryReader } from '../../../ports/directory.ts'
import { unlessDamaged } from '../../../ports/errors.ts'
import type { Integrations } from '../../../ports/integrations.ts'
import type { Outbox } from '../../../ports/outbox.ts'
import { namesForLog } from '../../directory/facts.ts'
import { type DispatchPorts, dispatchDeliveries } from '../dispatch-deliveries.ts'
import { addNotifications } from './add-notifications.ts'

/** How long after an act a repeated request still notifies of it, in milliseconds: later, it is no news. */
const repeatedMsMax = 10 * 60_000

const readsAtOnce = 8

type NotifyTriagePorts = DispatchPorts & {
  readonly integrations: Pick<Integrations, 'integrationsOf'>
  readonly outbox: Pick<Outbox, 'add' | 'attemptsOf'>
  readonly directory: DirectoryReader
  readonly configurations: Pick<RuleConfigurations, 'configurationOf'>
  readonly now: () => number
}

/**
 * Resolves once the notifications wait durably and are on their way. Their ids are derived from what is stored of the act, and those that
 * were sent before are not sent again.
 */
export const notifyTriage =
  (ports: NotifyTriagePorts): TriageListener =>
  async (organizationId, incident, action) => {
    if (incident.record.threads.length === 0) return
    const known = await ports.integrations.integrationsOf(organizationId)
    const names = await namesForLog(ports.directory, { kind: 'organization', id: organizationId })
    const subscribers = subscribersOf(known)
    const now = ports.now()
    const news = triageNews(subscribers, incident, action, names).filter(
      ({ date }) => now - millisecondsOf(date) <= repeatedMsMax,
    )
    if (news.length === 0) return
    const configuration = await unlessDamaged(ports.configurations.configurationOf(organizationId))
    const hours = hoursOf(configuration ?? emptyConfiguration)
    const [seenFrom, seenTo] = [instantAt(0), instantAt(now)]
    const found = { raised: [], resolved: [], events: [], incidents: news, seenFrom, seenTo }
    const made = notificationsOf(subscribers, found, seenTo, hours)
    const isNew = await inParallel(made, readsAtOnce, async ({ id, integrationId }) => {
      const attempts = await ports.outbox.attemptsOf(organizationId, integrationId)
      return attempts.every(({ notificationIds }) => !notificationIds.includes(id))
    })
    const unsent = made.filter((_, index) => isNew[index])
    await addNotifications(ports, organizationId, unsent, now)
    await dispatchDeliveries(ports, organizationId, known, now)
  }
