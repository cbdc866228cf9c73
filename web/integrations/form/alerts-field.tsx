// The alerts that an integration is notified of: each, or one thread for each incident; by level, by rule, and whether also when they end.
import type { JSX } from 'preact'
import { levels } from '../../alerts/levels.ts'
import { useLoad } from '../../api/use-load.ts'
import { useApp } from '../../app/context.ts'
import { readRules } from '../../rules/read-rule.ts'
import { CheckList, ProblemNotice, Select, Toggle } from '../../ui/index.ts'
import { perDefault } from '../targets.ts'
import type { Draft } from './draft.ts'
import type { Form } from './form.ts'

const pers = ['incident', 'alert'] as const

/** The fields; levels and rules are shown while alerts are on. */
export function AlertsField({ form }: { readonly form: Form }): JSX.Element {
  const { t } = useApp()
  const { alerts, kind } = form.draft
  const per = alerts.per ?? perDefault(kind)
  const set = (changes: Partial<Draft['alerts']>) => form.change({ alerts: { ...alerts, ...changes } })
  return (
    <fieldset>
      <legend>{t('integrations.form.subscriptions')}</legend>
      <Toggle label={t('integrations.form.alerts')} checked={alerts.on} onToggle={(on) => set({ on })} />
      {alerts.on && (
        <div class="subscription">
          <Select
            label={t('integrations.form.per')}
            hint={t(`integrations.form.perHints.${per}`)}
            value={per}
            options={pers.map((value) => ({ value, label: t(`integrations.form.pers.${value}`) }))}
            onChoose={(value) => set({ per: pers.find((each) => each === value) ?? null })}
          />
          <CheckList
            label={t('integrations.form.levels')}
            error={form.errorAt('subscriptions.alerts.levels')}
            options={levels.map((level) => ({ value: level, label: t(`rules.levels.${level}`) }))}
            chosen={alerts.levels}
            onChoose={(chosen) => set({ levels: levels.filter((level) => chosen.includes(level)) })}
          />
          <RulesChoice form={form} />
          <Toggle
            label={t(`integrations.form.ends.${per}`)}
            checked={alerts.resolved}
            onToggle={(resolved) => set({ resolved })}
          />
        </div>
      )}
    </fieldset>
  )
}

function RulesChoice({ form }: { readonly form: Form }): JSX.Element {
  const { api, organization, t } = useApp()
  const path = `/organizations/${organization.id}/alert-rules`
  const { value, problem, reload } = useLoad((signal) => api.get(path, readRules, signal), [path])
  const { alerts } = form.draft
  const known = (value ?? []).map(({ id, title }) => ({ value: id, label: title }))
  const gone = alerts.rules
    .filter((id) => value && !known.some((rule) => rule.value === id))
    .map((id) => ({ value: id, label: `${t('integrations.form.rulesUnknown')} (${id.slice(0, 8)})` }))
  return (
    <details class="choice">
      <summary>
        {alerts.rules.length === 0
          ? t('integrations.form.everyRule')
          : t('integrations.form.rulesChosen', { count: alerts.rules.length })}
      </summary>
      <p class="hint">{t('integrations.form.rulesHint')}</p>
      {problem && <ProblemNotice problem={problem} onRetry={reload} />}
      <CheckList
        label={t('integrations.form.rules')}
        labelHidden
        error={form.errorAt('subscriptions.alerts.rules')}
        options={[...gone, ...known]}
        chosen={alerts.rules}
        onChoose={(rules) => form.change({ alerts: { ...alerts, rules } })}
      />
    </details>
  )
}
