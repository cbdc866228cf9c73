// How the incidents of rules were closed, and exceptions that would have silenced those that were no attacks, as the page holds them. Pure.
import { type Immutable, list, number, record, text } from '../../api/read.ts'
import type * as Api from '../../api/types.ts'
import { type Conditions, conditionsOf } from '../../exceptions/exception.ts'

/** `incidents` is how many false alarms and expected incidents it would have silenced. */
type Proposal = { readonly conditions: Conditions; readonly incidents: number }

/** `open` are the incidents that are not closed. */
export type RuleVerdicts = Immutable<Omit<Api.RuleVerdicts, 'exceptions'>> & {
  readonly exceptions: readonly Proposal[]
}

/** Reads the verdicts by rule: those with most incidents that were no attacks come first. */
export const verdictsOf = (json: unknown): readonly RuleVerdicts[] =>
  list(record<Api.RuleVerdictsList>(json), 'data', (each) => {
    const from = record<Api.RuleVerdicts>(each)
    return {
      ruleId: text(from, 'ruleId'),
      title: text(from, 'title'),
      incidents: number(from, 'incidents'),
      open: number(from, 'open'),
      truePositives: number(from, 'truePositives'),
      falsePositives: number(from, 'falsePositives'),
      expected: number(from, 'expected'),
      exceptions: list(from, 'exceptions', proposalOf),
    }
  })

function proposalOf(json: unknown): Proposal {
  const from = record<Api.RuleVerdicts['exceptions'][number]>(json)
  return { conditions: conditionsOf(from.conditions), incidents: number(from, 'incidents') }
}

/** How many incidents of the rule were no attacks. */
export const noiseOf = ({ falsePositives, expected }: RuleVerdicts): number => falsePositives + expected
