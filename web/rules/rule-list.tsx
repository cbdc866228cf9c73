// The rules in two tables, custom rules first, filtered by search, level and state.
import type { JSX } from 'preact'
import { levels } from '../alerts/levels.ts'
import { useApp } from '../app/context.ts'
import { Badge, Button, DataTable, Empty, Field, Link, Select, Toggle } from '../ui/index.ts'
import { administrationRuleId, filtered, isSet, type Rule, type RuleFilters, sorted } from './rule.ts'

/** The filters in the address. */
const filtersIn = (query: URLSearchParams): RuleFilters => ({
  search: query.get('q') ?? '',
  level: query.get('level') ?? '',
  state: query.get('state') ?? '',
})

/** The filters of the list; they are part of the address. */
export function RuleFilterBar({ rules }: { readonly rules: readonly Rule[] }): JSX.Element {
  const { t, query, setQuery } = useApp()
  const filters = filtersIn(query)
  const shown = filtered(rules, filters).length
  return (
    <search class="filter-bar">
      <Field
        type="search"
        label={t('rules.search')}
        placeholder={t('rules.searchHint')}
        value={filters.search}
        onText={(q) => setQuery({ q }, 'replace')}
      />
      <Select
        label={t('rules.level')}
        value={filters.level}
        options={[
          { value: '', label: t('rules.anyLevel') },
          ...levels.map((level) => ({ value: level, label: t(`rules.levels.${level}`) })),
        ]}
        onChoose={(level) => setQuery({ level }, 'replace')}
      />
      <Select
        label={t('rules.state')}
        value={filters.state}
        options={[
          { value: '', label: t('rules.anyState') },
          { value: 'on', label: t('rules.on') },
          { value: 'off', label: t('rules.off') },
        ]}
        onChoose={(state) => setQuery({ state }, 'replace')}
      />
      <p class="hint" role="status">
        {t('rules.shown', { shown, all: rules.length })}
      </p>
    </search>
  )
}

type AdministrationProps = {
  readonly rules: readonly Rule[]
  readonly open: RuleListProps['open']
  readonly onSwitch: RuleListProps['onSwitch']
}

/** The one switch for alerts about every administrative change; nothing where the app does not have the rule. */
export function AdministrationSwitch({ rules, open, onSwitch }: AdministrationProps): JSX.Element | null {
  const { t } = useApp()
  const rule = rules.find(({ id }) => id === administrationRuleId)
  if (!rule) return null
  return (
    <div class="rules-administration">
      <Toggle
        label={t('rules.administration.label')}
        checked={rule.enabled}
        onToggle={(enabled) => onSwitch(rule, enabled)}
      />
      <p class="hint">
        {t('rules.administration.hint')} <Link to={open({ rule: rule.id })}>{t('rules.administration.more')}</Link>
      </p>
    </div>
  )
}

type RuleListProps = {
  readonly rules: readonly Rule[]
  /** The path of this view with other parameters. */
  readonly open: (changes: Readonly<Record<string, string | null>>) => string
  readonly onSwitch: (rule: Rule, enabled: boolean) => void
}

/** The tables. */
export function RuleList({ rules, open, onSwitch }: RuleListProps): JSX.Element {
  const { t, query, setQuery } = useApp()
  const shown = sorted(filtered(rules, filtersIn(query)))
  const custom = shown.filter((rule) => !rule.shipped)
  const builtIn = shown.filter((rule) => rule.shipped)
  if (shown.length === 0) {
    return (
      <Empty text={t('rules.none')}>
        <Button onClick={() => setQuery({ q: null, level: null, state: null }, 'replace')}>{t('rules.clear')}</Button>
      </Empty>
    )
  }
  const hasCustom = rules.some((rule) => !rule.shipped)
  return (
    <>
      {custom.length > 0 && <RuleTable caption={t('rules.custom')} rules={custom} open={open} onSwitch={onSwitch} />}
      {!hasCustom && <p class="hint">{t('rules.noneCustom')}</p>}
      {builtIn.length > 0 && <RuleTable caption={t('rules.builtIn')} rules={builtIn} open={open} onSwitch={onSwitch} />}
    </>
  )
}

function RuleTable({ caption, rules, open, onSwitch }: RuleListProps & { readonly caption: string }): JSX.Element {
  const { t, query } = useApp()
  const chosen = query.get('rule')
  return (
    <DataTable
      caption={caption}
      rows={rules}
      rowKey={({ id }) => id}
      columns={[
        {
          key: 'rule',
          header: t('rules.rule'),
          cell: (rule) => (
            <span class="rule-name">
              <Link to={open({ rule: rule.id })} aria-current={rule.id === chosen ? 'true' : undefined} dir="auto">
                {rule.title}
              </Link>
              {isSet({ ...rule.settings, enabled: null }) && (
                <span class="rule-changed" title={t('rules.changedHint')}>
                  {t('rules.changed')}
                </span>
              )}
              {rule.alwaysOn && <span class="rule-always">{t('rules.alwaysOn')}</span>}
            </span>
          ),
        },
        {
          key: 'level',
          header: t('rules.level'),
          cell: ({ level }) => <Badge tone={level} text={t(`rules.levels.${level}`)} />,
        },
        {
          key: 'threshold',
          header: t('rules.threshold'),
          numeric: true,
          cell: ({ kind, threshold }) => threshold ?? t(kind === 'event' ? 'rules.perEvent' : 'rules.notCounted'),
        },
        { key: 'timespan', header: t('rules.timespan'), numeric: true, cell: ({ timespan }) => timespan ?? '–' },
        {
          key: 'state',
          header: t('rules.on'),
          cell: (rule) => (
            <Toggle
              label={t(rule.alwaysOn ? 'rules.switchAlwaysOn' : 'rules.switch', { title: rule.title })}
              labelHidden
              checked={rule.enabled}
              disabled={rule.alwaysOn}
              onToggle={(enabled) => onSwitch(rule, enabled)}
            />
          ),
        },
      ]}
    />
  )
}
