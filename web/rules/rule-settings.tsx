// The settings of an organization for a rule. An empty field is as the rule document says; what a change does is shown before it is saved.
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { levels } from '../alerts/levels.ts'
import type { ApiProblem } from '../api/client.ts'
import { problemFrom } from '../api/use-load.ts'
import { useApp } from '../app/context.ts'
import { Button, Field, ProblemNotice, Select } from '../ui/index.ts'
import { differs } from './change/change.ts'
import { ChangePreview } from './change/change-preview.tsx'
import { useChange } from './change/use-change.ts'
import {
  defaultValue,
  draftOf,
  emptyDraft,
  isSet,
  type Rule,
  type RuleSettings,
  type SettingsDraft,
  settingsFrom,
  settingsOf,
  type TextSetting,
} from './rule.ts'

type RuleSettingsFormProps = {
  readonly rule: Rule
  readonly onSet: (rule: Rule, settings: RuleSettings) => Promise<Rule>
  readonly onTry: (settings: RuleSettings) => void
}

/** The form; another rule gets a new one. */
export function RuleSettingsForm({ rule, onSet, onTry }: RuleSettingsFormProps): JSX.Element {
  const { t } = useApp()
  const form = useForm(rule, onSet)
  const { draft, change } = form
  const levelInDocument = defaultValue(rule, 'level')
  const defaultLevel = levels.find((level) => level === levelInDocument)
  return (
    <form
      class="rule-settings"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        form.save()
      }}
    >
      <h3>{t('rules.settings.title')}</h3>
      <p class="hint">{t('rules.settings.hint')}</p>
      <div class="rule-settings-fields">
        <Select
          label={t('rules.settings.level')}
          value={draft.level}
          options={[
            {
              value: '',
              label: defaultLevel
                ? t('rules.settings.defaultLevel', { level: t(`rules.levels.${defaultLevel}`) })
                : t('rules.settings.defaultLevelUnknown'),
            },
            ...levels.map((level) => ({ value: level, label: t(`rules.levels.${level}`) })),
          ]}
          onChoose={(level) => change({ level })}
        />
        {settingsOf(rule).map((name) => (
          <SettingField key={name} rule={rule} name={name} form={form} />
        ))}
      </div>
      {form.problem && <ProblemNotice problem={form.problem} />}
      <div class="actions">
        <Button type="submit" look="primary" busy={form.busy}>
          {t('rules.settings.save')}
        </Button>
        <Button onClick={() => form.withSettings(onTry)}>{t('rules.settings.try')}</Button>
        {isSet(rule.settings) && (
          <Button busy={form.busy} onClick={form.reset}>
            {t('rules.settings.back')}
          </Button>
        )}
      </div>
      {form.changed && <SettingsChange rule={rule} settings={form.changed} onErrors={form.setChangeErrors} />}
    </form>
  )
}

type SettingsChangeProps = {
  readonly rule: Rule
  readonly settings: RuleSettings
  readonly onErrors: (errors: ApiProblem['errors']) => void
}

/** What the settings that are typed would do; what is wrong with them is shown at the fields. */
function SettingsChange({ rule, settings, onErrors }: SettingsChangeProps): JSX.Element {
  const change = useChange(rule, settings, true)
  const errors = change.state === 'failed' ? change.problem?.errors : undefined
  useEffect(() => {
    onErrors(errors ?? {})
    return () => onErrors({})
  }, [errors])
  return <ChangePreview rule={rule} how="set" change={change} />
}

type Form = ReturnType<typeof useForm>

function SettingField({ rule, name, form }: { readonly rule: Rule; readonly name: TextSetting; readonly form: Form }) {
  const { t } = useApp()
  const fallback = defaultValue(rule, name)
  const hint = t(`rules.settings.${name}Hint`)
  return (
    <Field
      label={t(`rules.settings.${name}`)}
      hint={fallback === null ? hint : `${hint} ${t('rules.settings.default', { value: fallback })}`}
      error={form.wrong.includes(name) ? t(`rules.settings.wrong.${name}`) : form.errorOf(name)}
      value={form.draft[name]}
      placeholder={fallback ?? ''}
      autocomplete="off"
      onText={(text) => form.change({ [name]: text })}
    />
  )
}

/** What is typed, what is wrong with it, and how to save it. */
function useForm(rule: Rule, onSet: RuleSettingsFormProps['onSet']) {
  const { t, say } = useApp()
  const [draft, setDraft] = useState(draftOf(rule.settings))
  const [wrong, setWrong] = useState<readonly TextSetting[]>([])
  const [problem, setProblem] = useState<ApiProblem | null>(null)
  const [changeErrors, setChangeErrors] = useState<ApiProblem['errors']>({})
  const [busy, setBusy] = useState(false)

  const read = settingsFrom(draft, rule.settings.enabled)
  const changed = read.kind === 'settings' && differs(rule, read.settings) ? read.settings : null
  const withSettings = (use: (settings: RuleSettings) => void) => {
    setWrong(read.kind === 'wrong' ? read.names : [])
    if (read.kind === 'settings') use(read.settings)
  }
  const put = (settings: RuleSettings, announcement: string) => {
    setBusy(true)
    setProblem(null)
    onSet(rule, settings).then(
      (set) => {
        setDraft(draftOf(set.settings))
        say(announcement)
        setBusy(false)
      },
      (error: unknown) => {
        setProblem(problemFrom(error))
        setBusy(false)
      },
    )
  }
  const reset = () => {
    const defaults = settingsFrom(emptyDraft, null)
    if (defaults.kind === 'settings') put(defaults.settings, t('rules.settings.reset'))
  }
  return {
    draft,
    wrong,
    problem,
    busy,
    withSettings,
    reset,
    changed,
    setChangeErrors,
    errorOf: (name: TextSetting) => (problem?.errors[name] ?? changeErrors[`settings.${name}`])?.join(' ') ?? null,
    change: (changes: Partial<SettingsDraft>) => setDraft((before) => ({ ...before, ...changes })),
    save: () => withSettings((settings) => put(settings, t('rules.settings.saved'))),
  }
}
