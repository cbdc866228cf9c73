// A rule as the page holds it, which rules a list shows, and the settings as they are typed. Pure.
import { levels } from '../alerts/levels.ts'
import type { Immutable } from '../api/read.ts'
import type * as Api from '../api/types.ts'

/** What the organization set; null: as the rule says. */
export type RuleSettings = Immutable<Api.RuleSettings>

export const ruleKinds = [
  'event',
  'event-count',
  'value-count',
  'temporal',
  'temporal-ordered',
  'abnormal-rate',
  'absence',
] as const satisfies readonly Api.AlertRule['kind'][]

/** A rule as it is in force. */
export type Rule = Immutable<Omit<Api.AlertRule, 'object' | 'status' | 'savedBy'>>

/** Something in a rule document that is valid, but may not mean what its author expects. */
export type RuleWarning = Immutable<Pick<Api.RuleWarnings[number], 'line' | 'column' | 'message'>>

/** A rule with its document. */
export type WrittenRule = Rule & { readonly text: string; readonly warnings: readonly RuleWarning[] }

/** What a list is narrowed to; an empty one is not narrowed. */
export type RuleFilters = { readonly words: string; readonly level: string; readonly state: string }

/** The rules that a list shows: those whose title or description has every word, in either case. */
export function filtered(rules: readonly Rule[], { words, level, state }: RuleFilters): readonly Rule[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  return rules.filter((rule) => {
    const said = `${rule.title} ${rule.description ?? ''} ${rule.tags.join(' ')}`.toLowerCase()
    if (level !== '' && rule.level !== level) return false
    if (state !== '' && rule.enabled !== (state === 'on')) return false
    return wanted.every((word) => said.includes(word))
  })
}

/** Rules in the order that a list has them: the most pressing first, then by title. */
export const sorted = (rules: readonly Rule[]): readonly Rule[] =>
  [...rules].sort(
    (one, other) => levels.indexOf(one.level) - levels.indexOf(other.level) || one.title.localeCompare(other.title),
  )

/** The settings that are typed as text; a rule has only some of them. */
export const typedSettings = ['threshold', 'timespan', 'repeat', 'sensitivity'] as const
export type TypedSetting = (typeof typedSettings)[number]

/** Settings as they are typed. Empty: the rule's own. */
export type SettingsDraft = { readonly level: string } & Readonly<Record<TypedSetting, string>>

/** What is set, as it is typed. */
export const draftOf = ({ level, threshold, timespan, repeat, sensitivity }: RuleSettings): SettingsDraft => ({
  level: level ?? '',
  threshold: written(threshold),
  timespan: timespan ?? '',
  repeat: repeat ?? '',
  sensitivity: written(sensitivity),
})

/** Nothing set. */
export const emptyDraft: SettingsDraft = { level: '', threshold: '', timespan: '', repeat: '', sensitivity: '' }

const written = (value: number | null): string => (value === null ? '' : String(value))

/** The settings that a rule of its kind has, beside its level. */
export const settingsOf = (rule: Rule): readonly TypedSetting[] =>
  typedSettings.filter((name) => name === 'repeat' || rule[name] !== null)

/** The rule's own value, where it is known: what is in force while nothing is set. */
export function ownValue(rule: Rule, name: TypedSetting | 'level'): string | null {
  if (rule.settings[name] !== null) return null
  const value = rule[name]
  return value === null ? null : String(value)
}

/** Settings as they are put, or the names of those that are no number or span of time. */
export function settingsFrom(
  draft: SettingsDraft,
  enabled: boolean | null,
):
  | { readonly kind: 'settings'; readonly settings: RuleSettings }
  | { readonly kind: 'wrong'; readonly names: TypedSetting[] } {
  const names = typedSettings.filter((name) => !isWritten(name, draft[name].trim()))
  if (names.length > 0) return { kind: 'wrong', names }
  const number = (text: string) => (text.trim() === '' ? null : Number(text))
  const span = (text: string) => (text.trim() === '' ? null : text.trim())
  return {
    kind: 'settings',
    settings: {
      enabled,
      level: levels.find((each) => each === draft.level) ?? null,
      timespan: span(draft.timespan),
      repeat: span(draft.repeat),
      threshold: number(draft.threshold),
      sensitivity: number(draft.sensitivity),
    },
  }
}

function isWritten(name: TypedSetting, text: string): boolean {
  if (text === '') return true
  if (name === 'threshold') return /^\d+$/.test(text)
  return name === 'sensitivity' ? /^\d+(\.\d+)?$/.test(text) : /^\d{1,9}[smhd]$/.test(text)
}

/** Whether anything is set at all. */
export const isSet = (settings: RuleSettings): boolean => Object.values(settings).some((value) => value !== null)
