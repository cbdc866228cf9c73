// What notifications of alerts and of incidents say to people: who, from where, what to do. Pure.
import { partsOfKey } from '../../alerts/incidents/entities.ts'
import { verdictWords } from '../../alerts/incidents/triage/triage-audit.ts'
import { nameUnknown } from '../../events/describe.ts'
import type { StoredEvent } from '../../events/event.ts'
import { groupOf } from './alert-text.ts'
import { deviceOf, lineOfEvent, whoOf } from './event-words.ts'
import { incidentLink, type MessageText, type Part, templateContextOf, timeOf } from './message-parts.ts'
import type { AlertNews, Content, EventFacts, IncidentContent } from './notification.ts'
import { plain } from './plain-text.ts'
import type { MessageContext } from './request.ts'

/** What is said of an alert that was raised, or resolved. */
export function alertPart(content: Extract<Content, { kind: 'alert' | 'resolved' }>, context: MessageContext): Part {
  const { alert, latest } = content
  const templateContext = templateContextOf(alert, latest, context)
  const over = content.kind === 'resolved' ? content.endedAt : null
  const facts = [
    { name: 'Level', value: alert.level },
    ...(alert.group.length > 0 ? [{ name: 'About', value: plain(groupOf(alert)) }] : []),
    ...(over ? [] : factsOfSamples(content)),
    ...timesOf(content, context),
    ...(over ? [{ name: 'Over since', value: timeOf(over, context) }] : tagsOf(content)),
  ]
  return {
    label: over ? 'resolved' : alert.level,
    title: over ? `Resolved: ${plain(alert.title)}` : plain(alert.title),
    text: plain(alert.summary),
    facts,
    lists: over ? [] : listsOf(content, context),
    link: templateContext.link,
    templateContext,
  }
}

/** What is said of an incident: what changed, and the alert that made it. */
export function incidentPart(content: IncidentContent, context: MessageContext): Part {
  const { incident } = content
  const title = plain(incident.title)
  const link = incidentLink(incident.id, context)
  if (content.change === 'merged') {
    const into = plain(content.into.title)
    return {
      label: 'resolved',
      title: `Part of another incident: ${title}`,
      text: `It is a part of the incident “${into}”. What follows comes there.`,
      link: incidentLink(content.into.id, context),
      linkText: lookAtIncident,
    }
  }
  if ('by' in content) return actPart(content, { link, linkText: lookAtIncident })
  const { alert, latest, thread } = content
  const isNamed = incident.title.startsWith(alert.title)
  return {
    label: thread.level,
    title: { opened: title, risen: `Now ${thread.level}: ${title}`, recurred: `Opened again: ${title}` }[
      content.change
    ],
    text: `${isNamed ? '' : `${plain(alert.title)}: `}${plain(alert.summary)}`,
    facts: [
      { name: 'Level', value: thread.level },
      { name: 'Alerts', value: String(incident.alertCount) },
      ...entitiesOf(content),
      ...factsOfSamples(content),
      ...timesOf(content, context),
      ...tagsOf(content),
    ],
    lists: listsOf(content, context),
    link,
    linkText: lookAtIncident,
    templateContext: { ...templateContextOf(alert, latest, context), link },
  }
}

type Act = Extract<IncidentContent, { change: 'acknowledged' | 'closed' | 'reopened' }>

/** What is said of what a person did to an incident. */
function actPart(content: Act, links: Pick<Part, 'link' | 'linkText'>): Part {
  const who = plain(content.by.name ?? `User ${nameUnknown}`)
  const title = plain(content.incident.title)
  switch (content.change) {
    case 'acknowledged':
      return { ...links, label: 'acknowledged', title: `Acknowledged: ${title}`, text: `${who} has taken it.` }
    case 'closed': {
      const why = content.reason === '' ? '.' : `: ${plain(content.reason)}`
      const text = `${who} closed it ${verdictWords[content.verdict]}${why}`
      return { ...links, label: 'resolved', title: `Closed: ${title}`, text }
    }
    case 'reopened':
      return { ...links, label: content.thread.level, title: `Opened again: ${title}`, text: `${who} opened it again.` }
  }
}

const lookAtIncident = 'Look at the incident'

/** The people, machine accounts and addresses of an incident by name. */
function entitiesOf({ incident }: IncidentContent): MessageText['facts'] {
  const named = incident.entities.map(({ key, label }) => {
    const { kind, value } = partsOfKey(key)
    if (kind === 'address') return value
    return label ?? `${kind === 'machine' ? 'machine account' : 'user'} ${nameUnknown}`
  })
  return named.length > 0 ? [{ name: 'About', value: plain([...new Set(named)].join(', ')) }] : []
}

/** Who acted in the sample events of an alert, from where, with what; and whether a critical item is among them. */
function factsOfSamples({ alert, sampleNames }: Pick<AlertNews, 'alert' | 'sampleNames'>): MessageText['facts'] {
  const severalOf = (values: readonly (string | null | undefined)[]) => [...new Set(values.filter(Boolean))].join(', ')
  const values = [
    ['Who', severalOf(alert.samples.map((event, index) => whoOf(event, sampleNames[index] ?? {})))],
    ['Address', severalOf(alert.samples.map(({ ipAddress }) => ipAddress))],
    ['Device', severalOf(alert.samples.map(deviceOf))],
    ['Critical item', sampleNames.some(({ itemCritical }) => itemCritical === true) ? 'yes' : ''],
  ] as const
  return values.flatMap(([name, value]) => (value === '' ? [] : [{ name, value: plain(value) }]))
}

function timesOf(
  { alert: { firstEventAt, to, suppressedCount } }: Pick<AlertNews, 'alert'>,
  context: MessageContext,
): MessageText['facts'] {
  return [
    { name: 'First event', value: timeOf(firstEventAt, context) },
    { name: 'Until', value: timeOf(to, context) },
    ...(suppressedCount > 0
      ? [{ name: 'Fired again', value: suppressedCount === 1 ? 'once' : `${suppressedCount} times` }]
      : []),
  ]
}

const tagsOf = ({ alert: { tags } }: Pick<AlertNews, 'alert'>): MessageText['facts'] =>
  tags.length > 0 ? [{ name: 'Tags', value: plain(tags.join(', ')) }] : []

/** What to do, and the sample events. */
function listsOf(
  { alert, sampleNames }: Pick<AlertNews, 'alert' | 'sampleNames'>,
  context: MessageContext,
): MessageText['lists'] {
  const lines = alert.samples.map((event, index) => sampleLine(event, sampleNames[index] ?? {}, context))
  return [
    ...(alert.response ? [{ title: 'What to do', lines: [plain(alert.response)] }] : []),
    ...(lines.length > 0 ? [{ title: 'Events', lines }] : []),
  ]
}

const sampleLine = (event: StoredEvent, fields: EventFacts['fields'], context: MessageContext): string =>
  plain(`${timeOf(event.date, context)} ${lineOfEvent(event, fields)}`)
