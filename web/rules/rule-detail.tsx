// One rule beside the list: what it finds, what to do, its settings, a preview, and its document.
import type { ComponentChildren, JSX } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import type { ApiProblem } from '../api/client.ts'
import { problemFrom, useLoad } from '../api/use-load.ts'
import { useApp } from '../app/context.ts'
import { pathTo } from '../app/router.ts'
import { isolated } from '../locale/formats.ts'
import { Badge, Button, Copy, Dialog, Link, Panel, ProblemNotice, Spinner, Time, Toggle } from '../ui/index.ts'
import { ChangePreview } from './change/change-preview.tsx'
import { useChange } from './change/use-change.ts'
import { RulePreview } from './preview/rule-preview.tsx'
import { nothing, readWrittenRule } from './read-rule.ts'
import type { Rule, RuleSettings } from './rule.ts'
import { RuleSettingsForm } from './rule-settings.tsx'
import { RuleWarnings } from './rule-warnings.tsx'
import { OneRuleVerdicts } from './tuning/rule-verdicts.tsx'
import type { RuleVerdicts } from './tuning/verdicts.ts'

type RuleDetailProps = {
  readonly rule: Rule
  /** How its incidents were closed; undefined if it has none. */
  readonly verdicts: RuleVerdicts | undefined
  /** Called once an exception of it is made. */
  readonly onExcepted: () => void
  readonly editPath: string
  readonly onClose: () => void
  readonly onSwitch: (rule: Rule, enabled: boolean) => void
  readonly onSet: (rule: Rule, settings: RuleSettings) => Promise<Rule>
  readonly onDeleted: (rule: Rule) => void
}

/** Shows a rule. */
export function RuleDetail(props: RuleDetailProps): JSX.Element {
  const { rule, verdicts, onExcepted, editPath, onClose, onSwitch, onSet, onDeleted } = props
  const { t, organization } = useApp()
  const [tried, setTried] = useState<RuleSettings | undefined>()
  const [deleting, setDeleting] = useState(false)
  const alerts = pathTo(organization.id, 'alerts', { rule: rule.id, state: 'all' })
  return (
    <Panel title={rule.title} subject={rule.id} onClose={onClose} class="rule-detail">
      <div class="actions">
        <Badge tone={rule.level} text={t(`rules.levels.${rule.level}`)} />
        <Toggle
          label={t('rules.detail.evaluated')}
          checked={rule.enabled}
          disabled={rule.alwaysOn}
          onToggle={(enabled) => onSwitch(rule, enabled)}
        />
        <Link to={alerts}>{t('rules.detail.alerts')}</Link>
      </div>
      {!rule.shipped && (
        <div class="actions">
          <Link class="button plain" to={editPath}>
            {t('rules.detail.edit')}
          </Link>
          <Button onClick={() => setDeleting(true)}>{t('rules.detail.delete')}</Button>
        </div>
      )}
      {rule.alwaysOn && <p class="rule-always-on">{t('rules.detail.alwaysOn')}</p>}
      {!rule.enabled && <SwitchingOn key={`${rule.id} on`} rule={rule} />}
      <About rule={rule} />
      {verdicts && <OneRuleVerdicts key={`${rule.id} verdicts`} verdicts={verdicts} onExcepted={onExcepted} />}
      {!rule.alwaysOn && <RuleSettingsForm key={rule.id} rule={rule} onSet={onSet} onTry={setTried} />}
      <Tried key={`${rule.id} preview`} rule={rule} settings={tried} />
      <Written key={`${rule.id} text`} rule={rule} />
      {deleting && <DeleteRule rule={rule} onClose={() => setDeleting(false)} onDeleted={onDeleted} />}
    </Panel>
  )
}

/** What switching the rule on would do. */
function SwitchingOn({ rule }: { readonly rule: Rule }): JSX.Element {
  const change = useChange(rule, { ...rule.settings, enabled: true }, false)
  return <ChangePreview rule={rule} how="switch-on" change={change} />
}

function About({ rule }: { readonly rule: Rule }): JSX.Element {
  const { t } = useApp()
  const { description, response, falsePositives, kind, groupBy, tags, savedAt } = rule
  const group = groupBy.length === 0 ? t('rules.detail.wholeOrganization') : groupBy.join(', ')
  return (
    <dl class="facts">
      {description && <Fact name={t('rules.detail.about')}>{description}</Fact>}
      {response && <Fact name={t('rules.detail.response')}>{response}</Fact>}
      {falsePositives.length > 0 && (
        <Fact name={t('rules.detail.falsePositives')}>
          <ul>
            {falsePositives.map((each) => (
              <li key={each} dir="auto">
                {each}
              </li>
            ))}
          </ul>
        </Fact>
      )}
      <Fact name={t('rules.detail.counts')}>{t(`rules.kinds.${kind}`)}</Fact>
      {kind !== 'event' && <Fact name={t('rules.detail.groupBy')}>{group}</Fact>}
      {tags.length > 0 && <Fact name={t('rules.detail.tags')}>{tags.join(', ')}</Fact>}
      {savedAt && (
        <Fact name={t('rules.detail.saved')}>
          <Time at={savedAt} />
        </Fact>
      )}
    </dl>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }): JSX.Element {
  return (
    <>
      <dt>{name}</dt>
      <dd dir="auto">{children}</dd>
    </>
  )
}

/** A preview of the rule as it is in force, or with the settings that are tried. */
function Tried({ rule, settings }: { readonly rule: Rule; readonly settings: RuleSettings | undefined }): JSX.Element {
  const { t } = useApp()
  const request = useMemo(() => ({ ruleId: rule.id, settings }), [rule.id, settings])
  const title = t('rules.detail.preview')
  return <RulePreview request={request} title={title} atOnce={settings !== undefined} onProblems={() => undefined} />
}

function Written({ rule }: { readonly rule: Rule }): JSX.Element {
  const { api, organization, t } = useApp()
  const path = `/organizations/${organization.id}/alert-rules/${rule.id}`
  const { value, problem, reload } = useLoad((signal) => api.get(path, readWrittenRule, signal), [path, rule.savedAt])
  return (
    <section class="rule-document-text">
      <h3>{t('rules.detail.text')}</h3>
      {problem && <ProblemNotice problem={problem} onRetry={reload} />}
      {!value && !problem && <Spinner label={t('rules.detail.loading')} />}
      {value && (
        <>
          <RuleWarnings warnings={value.warnings} />
          <pre>{value.text}</pre>
          <Copy text={value.text} label={t('rules.detail.textLabel')} caption={t('rules.detail.copy')} />
        </>
      )}
    </section>
  )
}

type DeleteRuleProps = { readonly rule: Rule; readonly onClose: () => void; readonly onDeleted: (rule: Rule) => void }

function DeleteRule({ rule, onClose, onDeleted }: DeleteRuleProps): JSX.Element {
  const { api, organization, t } = useApp()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<ApiProblem | null>(null)
  const confirm = () => {
    setBusy(true)
    api.send('DELETE', `/organizations/${organization.id}/alert-rules/${rule.id}`, undefined, nothing).then(
      () => {
        onClose()
        onDeleted(rule)
      },
      (error: unknown) => {
        setBusy(false)
        setProblem(problemFrom(error))
      },
    )
  }
  return (
    <Dialog title={t('rules.delete.title', { title: isolated(rule.title) })} onClose={onClose}>
      <p>{t('rules.delete.text')}</p>
      {problem && <ProblemNotice problem={problem} />}
      <div class="actions">
        <Button look="danger" busy={busy} onClick={confirm}>
          {t('rules.delete.confirm')}
        </Button>
        <Button onClick={onClose}>{t('rules.delete.cancel')}</Button>
      </div>
    </Dialog>
  )
}
