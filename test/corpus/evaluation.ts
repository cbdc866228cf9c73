// Runs rules over an organization of the corpus as live evaluation does: in the order of arrival, a page at a time.
import { advancing, expiring } from '../../src/domain/alerts/engine/advance.ts'
import { buildEngine } from '../../src/domain/alerts/engine/compiled/engine.ts'
import { type EngineEvent, matchPage } from '../../src/domain/alerts/engine/match.ts'
import type { Alert, Change } from '../../src/domain/alerts/engine/states/alerts.ts'
import { type EngineState, emptyState } from '../../src/domain/alerts/engine/states/state.ts'
import { observe } from '../../src/domain/alerts/first-seen/observe.ts'
import { emptyFirstSeenState } from '../../src/domain/alerts/first-seen/state.ts'
import type { RuleDocument } from '../../src/domain/alerts/rule-documents.ts'
import { fieldsOf } from '../../src/domain/alerts/sigma/fields.ts'
import type { Guid } from '../../src/domain/guid.ts'
import { instantAt } from '../../src/domain/instant.ts'
import { finished } from '../../src/domain/steps.ts'
import { contextOf, type Organization, type RoleChange } from './organization/organization.ts'
import type { Arriving } from './stream.ts'

const eventsPerPage = 1_000

/** An alert in its last form, its rule, and when it was raised (Unix ms): at the arrival of the event that made the rule fire. */
export type Raised = { readonly alert: Alert; readonly rule: RuleDocument; readonly raisedAt: number }

/** All alerts of the two months, how many events there were, and which came from an address that was new for the organization. */
export function evaluate(
  world: Organization,
  arriving: Iterable<Arriving>,
  roleChanges: readonly RoleChange[],
  rules: readonly RuleDocument[],
): { readonly raised: readonly Raised[]; readonly events: number; readonly newAddresses: ReadonlySet<Guid> } {
  const engine = buildEngine(rules.map(({ set }) => set))
  const ruleOf = new Map(rules.map((rule) => [rule.id, rule]))
  const contextAt = contextsOf(world, roleChanges)
  const seen = emptyFirstSeenState()
  const raised = new Map<Guid, Raised>()
  let state: EngineState = emptyState
  let page: EngineEvent[] = []
  const newAddresses = new Set<Guid>()
  let events = 0

  const keep = (changes: readonly Change[]) => {
    for (const change of changes) {
      if (change.kind === 'resolved') continue
      const rule = ruleOf.get(change.alert.ruleId)
      const raisedAt = raised.get(change.alert.id)?.raisedAt ?? arrivalOf(page, change.alert)
      if (rule) raised.set(change.alert.id, { alert: change.alert, rule, raisedAt })
    }
  }
  const step = () => {
    const stepped = finished(advancing(state, matchPage(engine, page)))
    keep(stepped.changes)
    const expired = finished(expiring(engine, stepped.state, instantAt(page.at(-1)?.arrivedAt ?? 0)))
    keep(expired.changes)
    state = expired.state
    page = []
  }

  for (const { event, arrivedAt } of arriving) {
    const fields = fieldsOf(event, contextAt(arrivedAt), observe(seen, event, arrivedAt))
    page.push({ id: event.id, number: 0, date: event.date, arrivedAt, fields })
    if (fields.isFirstSeenIpInOrganization === true) newAddresses.add(event.id)
    events++
    if (page.length === eventsPerPage) step()
  }
  if (page.length > 0) step()
  return { raised: [...raised.values()], events, newAddresses }
}

/** When the event arrived at whose date the rule fired first; at the end of the page if time alone made it fire. */
const arrivalOf = (page: readonly EngineEvent[], { from }: Alert): number =>
  (page.find(({ date }) => date === from) ?? page.at(-1))?.arrivedAt ?? 0

/** What the directory knows at a time: it learns of each change as it happens. */
function contextsOf(world: Organization, roleChanges: readonly RoleChange[]) {
  const sorted = roleChanges.toSorted((one, other) => one.at - other.at)
  let [done, context] = [0, contextOf(world, [])]
  return (at: number) => {
    const before = done
    while ((sorted[done]?.at ?? Number.POSITIVE_INFINITY) <= at) done++
    if (done > before) context = contextOf(world, sorted.slice(0, done))
    return context
  }
}
