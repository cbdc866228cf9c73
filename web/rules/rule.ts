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
  'risk',
  'absence',
] as const satisfies readonly Api.AlertRule['kind'][]

/** The built-in rule about every administrative change: off by default, and one switch for all of them. */
export const administrationRuleId = 'f63db859-28e6-5ba7-b12c-863cd02acc46'

/** A rule as it is in force. */
export type Rule = Immutable<Omit<Api.AlertRule, 'object' | 'status' | 'savedBy'>>

/** Something in a rule document that is valid, but may not mean what its author expects. */
export type RuleWarning = Immutable<Pick<Api.RuleWarnings[number], 'line' | 'column' | 'message'>>

/** A rule with its document. */
export type WrittenRule = Rule & { readonly text: string; readonly warnings: readonly RuleWarning[] }

/** The filters of the list; empty: any. */
export type RuleFilters = { readonly search: string; readonly level: string; readonly state: string }

/** The rules that pass the filters. The search finds rules whose title, description or tags have every word, in either case. */
export function filtered(rules: readonly Rule[], { search, level, state }: RuleFilters): readonly Rule[] {
  const wanted = search.toLowerCase().split(/\s+/).filter(Boolean)
  return rules.filter((rule) => {
    const texts = `${rule.title} ${rule.description ?? ''} ${rule.tags.join(' ')}`.toLowerCase()
    if (level !== '' && rule.level !== level) return false
    if (state !== '' && rule.enabled !== (state === 'on')) return false
    return wanted.every((word) => texts.includes(word))
  })
}

/** Rules in the order of the list: by severity, then by title. */
export const sorted = (rules: readonly Rule[]): readonly Rule[] =>
  [...rules].sort(
    (one, other) => levels.indexOf(one.level) - levels.indexOf(other.level) || one.title.localeCompare(other.title),
  )

/** The settings that are typed as text; a rule has only some of them. */
const textSettings = ['threshold', 'timespan', 'repeat', 'sensitivity'] as const
export type TextSetting = (typeof textSettings)[number]

/** Settings as they are typed. Empty: as the rule document says. */
export type SettingsDraft = { readonly level: string } & Readonly<Record<TextSetting, string>>

/** Settings, as they would be typed. */
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

/** The settings that a rule has beside its level. */
export const settingsOf = (rule: Rule): readonly TextSetting[] =>
  textSettings.filter((name) => name === 'repeat' || rule[name] !== null)

/** The value of the rule document; null if the organization set another, as the API then does not have it. */
export function defaultValue(rule: Rule, name: TextSetting | 'level'): string | null {
  if (rule.settings[name] !== null) return null
  const value = rule[name]
  return value === null ? null : String(value)
}

/** Settings for the API, or the names of those that are no number or duration. */
export function settingsFrom(
  draft: SettingsDraft,
  enabled: boolean | null,
):
  | { readonly kind: 'settings'; readonly settings: RuleSettings }
  | { readonly kind: 'wrong'; readonly names: TextSetting[] } {
  const names = textSettings.filter((name) => !isWritten(name, draft[name].trim()))
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

function isWritten(name: TextSetting, text: string): boolean {
  if (text === '') return true
  if (name === 'threshold') return /^\d+$/.test(text)
  return name === 'sensitivity' ? /^\d+(\.\d+)?$/.test(text) : /^\d{1,9}[smhd]$/.test(text)
}

/** Whether anything is set at all. */
export const isSet = (settings: RuleSettings): boolean => Object.values(settings).some((value) => value !== null)
