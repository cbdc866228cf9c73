// The rules of an organization: the list, a rule beside it, the editor of custom rules; exceptions and lists of values.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { ApiProblem } from '../api/client.ts'
import { problemFrom, useLoad } from '../api/use-load.ts'
import { type AppContext, useApp } from '../app/context.ts'
import { changed } from '../app/router.ts'
import { useArrival } from '../app/use-arrival.ts'
import { Exceptions } from '../exceptions/exceptions.tsx'
import { ValueLists } from '../exceptions/value-lists.tsx'
import { Empty, Link, ProblemNotice, Spinner, ViewHeading } from '../ui/index.ts'
import { RuleEditor } from './editor/rule-editor.tsx'
import { HoursEditor } from './hours/hours-editor.tsx'
import { readRule, readRules, readWrittenRule } from './read-rule.ts'
import type { Rule, RuleSettings } from './rule.ts'
import { RuleDetail } from './rule-detail.tsx'
import { AdministrationSwitch, RuleFilterBar, RuleList } from './rule-list.tsx'
import { Tuning } from './tuning/tuning.tsx'
import { verdictsOf } from './tuning/verdicts.ts'

/** The list with a rule beside it, an editor, or the alerting hours: `rule` and `edit` of the address say which. */
export function RulesView(): JSX.Element {
  const app = useApp()
  const known = useRules(app)
  const edited = app.query.get('edit')
  // A rule beside the list takes the focus itself, the editor once its rule is there.
  useArrival(app.query.get('rule') === null && (edited === null || edited === 'new') ? (edited ?? 'list') : null)
  const open = (changes: Readonly<Record<string, string | null>>) => pathWith(app, changes)
  if (edited === 'hours') return <HoursEditor back={open({ edit: null })} />
  if (edited !== null) {
    const back = open({ edit: null, rule: edited === 'new' ? null : edited })
    const saved = (rule: Rule) => {
      known.reload()
      app.go(open({ edit: null, rule: rule.id }))
    }
    return edited === 'new' ? (
      <RuleEditor key="new" rule={null} back={back} onSaved={saved} />
    ) : (
      <KnownRuleEditor key={edited} id={edited} back={back} onSaved={saved} />
    )
  }
  return <RulesPage known={known} open={open} />
}

type Known = ReturnType<typeof useRules>
type Open = (changes: Readonly<Record<string, string | null>>) => string

function RulesPage({ known, open }: { readonly known: Known; readonly open: Open }): JSX.Element {
  const { api, organization, t, query, setQuery, say } = useApp()
  const { rules, problem } = known
  const path = `/organizations/${organization.id}/alert-rules/verdicts`
  const verdicts = useLoad((signal) => api.get(path, verdictsOf, signal), [path])
  const [excepted, setExcepted] = useState(0)
  const id = query.get('rule')
  const chosen = rules?.find((rule) => rule.id === id)
  const deleted = (rule: Rule) => {
    say(t('rules.delete.done', { title: rule.title }))
    setQuery({ rule: null })
    known.reload()
  }
  return (
    <div class={id === null ? 'rules' : 'rules beside'}>
      <div class="rules-main">
        <ViewHeading title={t('rules.title')}>
          <Link class="button plain" to={open({ edit: 'hours', rule: null })}>
            {t('rules.hours')}
          </Link>
          <Link class="button primary" to={open({ edit: 'new' })}>
            {t('rules.new')}
          </Link>
        </ViewHeading>
        <p class="lead">{t('rules.lead')}</p>
        {problem && <ProblemNotice problem={problem} onRetry={known.reload} />}
        {!rules && !problem && <Spinner label={t('rules.loading')} />}
        {rules && <AdministrationSwitch rules={rules} open={open} onSwitch={known.turn} />}
        {rules && <RuleFilterBar rules={rules} />}
        {rules && <RuleList rules={rules} open={open} onSwitch={known.turn} />}
        {rules && <Tuning verdicts={verdicts} />}
        {rules && <Exceptions key={excepted} />}
        {rules && <ValueLists />}
      </div>
      {rules && id !== null && chosen && (
        <RuleDetail
          rule={chosen}
          verdicts={verdicts.value?.find(({ ruleId }) => ruleId === chosen.id)}
          onExcepted={() => setExcepted((last) => last + 1)}
          editPath={open({ edit: chosen.id, rule: null })}
          onClose={() => setQuery({ rule: null })}
          onSwitch={known.turn}
          onSet={known.put}
          onDeleted={deleted}
        />
      )}
      {rules && id !== null && !chosen && <Empty text={t('rules.detail.unknown')} />}
    </div>
  )
}

function KnownRuleEditor(props: {
  readonly id: string
  readonly back: string
  readonly onSaved: (rule: Rule) => void
}) {
  const { api, organization, t } = useApp()
  const { id, back, onSaved } = props
  const path = `/organizations/${organization.id}/alert-rules/${encodeURIComponent(id)}`
  const { value, problem, reload } = useLoad((signal) => api.get(path, readWrittenRule, signal), [path])
  if (value) return <RuleEditor rule={value} back={back} onSaved={onSaved} />
  return (
    <>
      <ViewHeading title={t('rules.title')} />
      {problem ? <ProblemNotice problem={problem} onRetry={reload} /> : <Spinner label={t('rules.detail.loading')} />}
      <p>
        <Link to={back}>{t('rules.back')}</Link>
      </p>
    </>
  )
}

/** The rules of the latest responses. A switch turns at once, and back if the request fails. */
function useRules(app: AppContext) {
  const { api, organization, say, t } = app
  const path = `/organizations/${organization.id}/alert-rules`
  const { value, problem: failed, reload } = useLoad((signal) => api.get(path, readRules, signal), [path])
  const [newer, setNewer] = useState<readonly Rule[]>([])
  const [problem, setProblem] = useState<ApiProblem | null>(null)
  const replace = (rule: Rule) => setNewer((before) => [...before.filter(({ id }) => id !== rule.id), rule])

  /** Resolves with the changed rule; throws ApiProblem. */
  const put = async (rule: Rule, settings: RuleSettings): Promise<Rule> => {
    const set = await api.send('PUT', `${path}/${rule.id}/settings`, settings, readRule)
    replace(set)
    return set
  }
  const turn = (rule: Rule, enabled: boolean) => {
    setProblem(null)
    replace({ ...rule, enabled })
    put(rule, { ...rule.settings, enabled }).then(
      () => say(t(enabled ? 'rules.switchedOn' : 'rules.switchedOff', { title: rule.title })),
      (error: unknown) => {
        replace(rule)
        setProblem(problemFrom(error))
      },
    )
  }
  const again = () => {
    setNewer([])
    setProblem(null)
    reload()
  }
  const rules = value?.map((rule) => newer.find(({ id }) => id === rule.id) ?? rule)
  return { rules, problem: problem ?? failed, reload: again, put, turn }
}

/** The path of this view with other parameters. */
function pathWith({ organization, query }: AppContext, changes: Readonly<Record<string, string | null>>): string {
  const next = changed(query, changes)
  return `/app/organizations/${organization.id}/rules${next.size === 0 ? '' : `?${next}`}`
}
