// Chained correlations: what the steps of an outer correlation match, found from the matches of their base rules. Pure.
import { chainMatchesMax } from './limits.ts'
import { type CountMeasure, firstIndex, type Match, windowAggregate } from './window.ts'

/**
 * A step of a chained correlation, by the tags of base rules: a rule over events itself, or an inner correlation, which
 * matches at each event with which its own window (`timespanMs`, `measure`, `countMin`) holds. `tags` are in the order of
 * the inner correlation's rules.
 */
export type ChainStep =
  | { readonly kind: 'direct'; readonly tag: string }
  | {
      readonly kind: 'derived'
      readonly tags: readonly string[]
      readonly measure: CountMeasure
      readonly countMin: number
      readonly timespanMs: number
    }

/**
 * A match of a step: `tag` is the step, `since` the date (Unix ms) of the first event that counts for it, and `rank` the index
 * of its event among the matches of base rules.
 */
type StepMatch = Match & { readonly since: number; readonly rank: number }

/** The date (Unix ms) of the first event that counts for a match, of a step or of a rule. */
export const beginOf = (match: Match | StepMatch): number => ('since' in match ? match.since : match.at)

/** How far before the window of a chained correlation its steps look back, in milliseconds. */
export function lookBackMsOf(steps: readonly ChainStep[]): number {
  let longest = 0
  for (const step of steps) if (step.kind === 'derived' && step.timespanMs > longest) longest = step.timespanMs
  return longest
}

/** At least so many matches of base rules are needed for all steps to match. */
export function matchesNeeded(steps: readonly ChainStep[]): number {
  let needed = 1
  for (const step of steps) if (step.kind === 'derived' && step.countMin > needed) needed = step.countMin
  return needed
}

/**
 * The matches of steps dated later than `after`, from sorted matches of base rules. They have the order of their events; of one
 * event, the later step comes first, so that an event never follows itself.
 */
export function stepMatches(steps: readonly ChainStep[], matches: readonly Match[], after: number): StepMatch[] {
  const found: StepMatch[] = []
  const windows = steps.map((step) => (step.kind === 'derived' ? derivedWindow(step) : undefined))
  const begin = after - lookBackMsOf(steps)
  let index = firstIndex(matches, ({ at }) => at > begin)
  while (index < matches.length) {
    const first = matches[index]
    if (!first) break
    let end = index + 1
    while (matches[end]?.id === first.id && matches[end]?.at === first.at) end += 1
    const ofEvent = matches.slice(index, end)
    for (let position = steps.length - 1; position >= 0; position--) {
      const step = steps[position]
      const since =
        step?.kind === 'direct'
          ? ofEvent.some(({ tag }) => tag.charAt(0) === step.tag)
            ? first.at
            : undefined
          : windows[position]?.(ofEvent, end - 1)
      if (since === undefined || first.at <= after) continue
      found.push({ at: first.at, id: first.id, tag: position.toString(36), since, rank: end - 1 })
    }
    index = end
  }
  return found
}

/** A match of the inner correlation, with the index of its event among all matches. */
type Inner = { readonly match: Match; readonly rank: number }

/** Slides the window of an inner correlation from event to event; returns the date since which it counts if it holds. */
function derivedWindow({ tags, measure, countMin, timespanMs }: Extract<ChainStep, { kind: 'derived' }>) {
  const aggregate = windowAggregate(measure, tags.length)
  const inner: Inner[] = []
  let left = 0
  return (ofEvent: readonly Match[], rank: number): number | undefined => {
    const fresh = innerMatches(ofEvent, tags, measure)
    const [first] = fresh
    if (!first) return undefined
    for (const match of fresh) {
      aggregate.add(match, inner.length)
      inner.push({ match, rank })
    }
    for (let oldest = inner[left]; oldest; oldest = inner[++left]) {
      if (oldest.match.at > first.at - timespanMs && rank - oldest.rank < chainMatchesMax) break
      aggregate.drop(oldest.match)
    }
    const holds = aggregate.count(left, inner.length - 1) >= countMin
    return holds ? inner[left]?.match.at : undefined
  }
}

/** The matches of one event as an inner correlation counts them: each event or value once, later rules first. */
function innerMatches(ofEvent: readonly Match[], tags: readonly string[], measure: CountMeasure): Match[] {
  const matches = ofEvent
    .flatMap((match) => {
      const position = tags.indexOf(match.tag.charAt(0))
      return position < 0 ? [] : [{ position, match }]
    })
    .sort((one, other) => other.position - one.position)
    .map(({ position, match: { at, id, tag } }) => {
      return { at, id, tag: measure === 'values' ? tag.slice(1) : position.toString(36) }
    })
  return measure === 'events' ? matches.slice(0, 1) : matches
}
