// How the incidents of each rule were closed, and the exceptions that would have silenced those that were no attacks. Pure.
import type { Guid } from '../../guid.ts'
import type { TriagedIncident } from '../incidents/incident.ts'
import { incidentStateOf, type Verdict } from '../incidents/triage/triage.ts'
import { type ProposedException, proposedExceptions, type SampleEvent } from './proposed-exceptions.ts'

/** How the incidents with alerts of a rule were closed; `open` are those that are not. */
export type RuleVerdicts = {
  readonly ruleId: Guid
  /** Of the latest alert. */
  readonly alertTitle: string
  readonly incidents: number
  readonly open: number
  readonly truePositives: number
  readonly falsePositives: number
  readonly expected: number
  readonly exceptions: readonly ProposedException[]
}

/** How an incident was closed; null while it is not closed. */
export function verdictOf(incident: TriagedIncident): Verdict | null {
  return incidentStateOf(incident) === 'closed' ? (incident.triage.closed?.verdict ?? null) : null
}

/** The rules with alerts in incidents that were closed as something else than an attack. */
export const noisyRules = (incidents: readonly TriagedIncident[]): ReadonlySet<Guid> =>
  new Set(
    incidents
      .filter((incident) => isNoise(verdictOf(incident)))
      .flatMap(({ record }) => record.alerts.map(({ ruleId }) => ruleId)),
  )

const isNoise = (verdict: Verdict | null): boolean => verdict === 'false-positive' || verdict === 'expected'

/**
 * By rule, given incidents from the newest on and the sample events of alerts, as far as they were read: those with most incidents
 * that were no attacks come first. An incident counts for each rule whose alerts it lists.
 */
export function ruleVerdicts(
  incidents: readonly TriagedIncident[],
  samplesOf: ReadonlyMap<Guid, readonly SampleEvent[]>,
): readonly RuleVerdicts[] {
  const byRule = new Map<Guid, Judged[]>()
  for (const incident of incidents) {
    const verdict = verdictOf(incident)
    for (const [ruleId, alerts] of Map.groupBy(incident.record.alerts, (alert) => alert.ruleId)) {
      const samples = alerts.flatMap(({ id }) => samplesOf.get(id) ?? [])
      const judged = { verdict, alertTitle: alerts[0]?.title ?? '', samples }
      byRule.set(ruleId, [...(byRule.get(ruleId) ?? []), judged])
    }
  }
  return [...byRule].map(([ruleId, judged]) => verdictsOf(ruleId, judged)).sort(byNoise)
}

type Judged = {
  readonly verdict: Verdict | null
  readonly alertTitle: string
  readonly samples: readonly SampleEvent[]
}

function verdictsOf(ruleId: Guid, judged: readonly Judged[]): RuleVerdicts {
  const count = (verdict: Verdict | null) => judged.filter((each) => each.verdict === verdict).length
  const noise = judged.filter(({ verdict }) => isNoise(verdict))
  const truePositives = judged.filter(({ verdict }) => verdict === 'true-positive')
  return {
    ruleId,
    alertTitle: judged[0]?.alertTitle ?? '',
    incidents: judged.length,
    open: count(null),
    truePositives: truePositives.length,
    falsePositives: count('false-positive'),
    expected: count('expected'),
    exceptions: proposedExceptions(
      noise.map(({ samples }) => samples),
      truePositives.map(({ samples }) => samples),
    ),
  }
}

const noiseOf = ({ falsePositives, expected }: RuleVerdicts): number => falsePositives + expected
const byNoise = (one: RuleVerdicts, other: RuleVerdicts): number =>
  noiseOf(other) - noiseOf(one) || other.incidents - one.incidents || (one.ruleId < other.ruleId ? -1 : 1)
