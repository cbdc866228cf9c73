// The editor of a rule: its document, the problems in it, and a preview.
import type { JSX } from 'preact'
import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks'
import type { ApiProblem, RuleProblem } from '../../api/client.ts'
import { problemFrom } from '../../api/use-load.ts'
import { type AppContext, useApp } from '../../app/context.ts'
import { isolated } from '../../locale/formats.ts'
import { Button, Link, ProblemNotice, ViewHeading } from '../../ui/index.ts'
import { useUnsaved } from '../../ui/unsaved.tsx'
import { RulePreview } from '../preview/rule-preview.tsx'
import { readWrittenRule } from '../read-rule.ts'
import type { WrittenRule } from '../rule.ts'
import { offsetAt } from './editing.ts'
import { RuleDocument } from './rule-document.tsx'
import { RuleProblems } from './rule-problems.tsx'
import { starterRule } from './starter.ts'

type RuleEditorProps = {
  /** The rule that is edited; null for a new one. */
  readonly rule: WrittenRule | null
  /** The path to go back to. */
  readonly back: string
  readonly onSaved: (rule: WrittenRule) => void
}

/** An editor of one rule; nothing is stored until it is saved. */
export function RuleEditor({ rule, back, onSaved }: RuleEditorProps): JSX.Element {
  const { t } = useApp()
  const begin = rule?.text ?? starterRule
  const [text, setText] = useState(begin)
  const { dialog, release } = useUnsaved(text !== begin)
  const problems = useProblems(text)
  const saving = useSaving(rule, problems.show, (saved) => {
    release()
    onSaved(saved)
  })
  const request = useMemo(() => ({ text, ruleId: rule?.id }), [text, rule?.id])
  useEffect(() => document.querySelector<HTMLElement>('main h1')?.focus(), [])

  return (
    <div class="rule-editor">
      <ViewHeading
        title={rule ? t('rules.editor.editTitle', { title: isolated(rule.title) }) : t('rules.editor.newTitle')}
      >
        {text !== begin && <span class="hint">{t('rules.editor.unsaved')}</span>}
        <Link class="button plain" to={back}>
          {t('rules.editor.cancel')}
        </Link>
        <Button look="primary" busy={saving.busy} onClick={() => saving.save(text)}>
          {saving.busy ? t('rules.editor.saving') : t('rules.editor.save')}
        </Button>
      </ViewHeading>
      <p class="hint">{t('rules.editor.language')}</p>
      {saving.problem && <ProblemNotice problem={saving.problem} />}
      {saving.problem?.status === 409 && !rule && <p class="hint">{t('rules.editor.exists')}</p>}
      {problems.list.length > 0 && (
        <RuleProblems id={problems.id} problems={problems.list} onGo={problems.go} heading={problems.heading} />
      )}
      <div class="rule-editor-columns">
        <RuleDocument
          text={text}
          onText={setText}
          wrongLines={problems.lines}
          problemsId={problems.list.length > 0 ? problems.id : undefined}
          field={problems.field}
        />
        <RulePreview request={request} onProblems={problems.show} />
      </div>
      {dialog}
    </div>
  )
}

/** The problems of a document, and how to go to each. They get the focus when they appear. */
function useProblems(text: string) {
  const { t, announce } = useApp()
  const [list, setList] = useState<readonly RuleProblem[]>([])
  const [shownAt, setShownAt] = useState(0)
  const id = useId()
  const heading = useRef<HTMLHeadingElement>(null)
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    if (shownAt > 0 && list.length > 0) heading.current?.focus()
  }, [shownAt])
  const show = (problems: readonly RuleProblem[]) => {
    setList(problems)
    setShownAt((last) => last + 1)
    if (problems.length > 0) announce(t('rules.editor.problemsCount', { count: problems.length }))
  }
  const go = ({ line, column }: RuleProblem) => {
    const area = field.current
    if (!area) return
    const offset = offsetAt(text, line, column)
    area.focus({ preventScroll: true })
    area.setSelectionRange(offset, offset)
    const mark = area.parentElement?.querySelector(`[data-line="${line}"]`)
    mark?.scrollIntoView({ block: 'center' })
  }
  const lines = useMemo(() => new Set(list.map(({ line }) => line)), [list])
  return { id, list, lines, show, go, heading, field }
}

/** Saves a document, as a new rule or in place of the edited one. */
function useSaving(
  rule: WrittenRule | null,
  showProblems: (problems: readonly RuleProblem[]) => void,
  onSaved: (rule: WrittenRule) => void,
) {
  const app = useApp()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<ApiProblem | null>(null)
  const save = (text: string) => {
    setBusy(true)
    setProblem(null)
    send(app, rule, text).then(
      (saved) => {
        app.say(app.t('rules.editor.saved', { title: saved.title }))
        onSaved(saved)
      },
      (error: unknown) => {
        const found = problemFrom(error)
        setBusy(false)
        setProblem(found.problems.length > 0 ? null : found)
        showProblems(found.problems)
      },
    )
  }
  return { busy, problem, save }
}

function send({ api, organization }: AppContext, rule: WrittenRule | null, text: string): Promise<WrittenRule> {
  const path = `/organizations/${organization.id}/alert-rules`
  const type = 'application/yaml'
  return rule
    ? api.send('PUT', `${path}/${rule.id}`, text, readWrittenRule, type)
    : api.send('POST', path, text, readWrittenRule, type)
}
