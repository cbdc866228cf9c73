// The preview of a rule: what it would have raised from stored events.
import type { JSX } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { ApiProblem, RuleProblem } from '../../api/client.ts'
import { problemFrom } from '../../api/use-load.ts'
import { type AppContext, useApp } from '../../app/context.ts'
import { Button, ProblemNotice, Select, Spinner } from '../../ui/index.ts'
import { readPreview } from '../read-rule.ts'
import type { RuleSettings } from '../rule.ts'
import { type Preview, type PreviewRange, previewRanges, startOf } from './preview.ts'
import { PreviewResult } from './preview-result.tsx'

/** A document, perhaps in place of a stored rule; or a stored rule with other settings. */
type PreviewRequest =
  | { readonly text: string; readonly ruleId?: string | undefined }
  | { readonly ruleId: string; readonly settings?: RuleSettings | undefined }

type RulePreviewProps = {
  /** A changed object is a new request. */
  readonly request: PreviewRequest
  readonly onProblems: (problems: readonly RuleProblem[]) => void
  readonly title?: string
  /** Whether a new request is sent at once; otherwise when the button is pressed. */
  readonly atOnce?: boolean
}

type State =
  | { readonly kind: 'none' | 'running' }
  | { readonly kind: 'failed'; readonly problem: ApiProblem }
  | { readonly kind: 'done'; readonly preview: Preview; readonly of: PreviewRequest }

/** A preview on request. */
export function RulePreview({ request, onProblems, title, atOnce = false }: RulePreviewProps): JSX.Element {
  const { t } = useApp()
  const [range, setRange] = useState<PreviewRange>(7)
  const { state, run } = usePreview(request, onProblems)
  const section = useRef<HTMLElement>(null)
  useEffect(() => {
    if (!atOnce) return
    section.current?.scrollIntoView({ block: 'nearest' })
    run(range)
  }, [request])
  const options = useMemo(
    () =>
      previewRanges.map((days) => ({
        value: `${days}`,
        label: t(days === 7 ? 'rules.preview.days7' : 'rules.preview.days30'),
      })),
    [t],
  )
  return (
    <section class="rule-preview" ref={section}>
      <h2>{title ?? t('rules.preview.title')}</h2>
      <p class="hint">{t('rules.preview.lead')}</p>
      <div class="rule-preview-ask">
        <Select
          label={t('rules.preview.range')}
          value={`${range}`}
          options={options}
          onChoose={(value) => setRange(previewRanges.find((days) => `${days}` === value) ?? 7)}
        />
        <Button busy={state.kind === 'running'} onClick={() => run(range)}>
          {t('rules.preview.run')}
        </Button>
      </div>
      {state.kind === 'running' && <Spinner label={t('rules.preview.running')} />}
      {state.kind === 'failed' && <ProblemNotice problem={state.problem} onRetry={() => run(range)} />}
      {state.kind === 'done' && state.of !== request && <p class="hint">{t('rules.preview.stale')}</p>}
      {state.kind === 'done' && 'text' in state.of && state.preview.counts !== null && (
        <p>{t(`rules.change.counts.${state.preview.counts}`)}</p>
      )}
      {state.kind === 'done' && <PreviewResult preview={state.preview} />}
    </section>
  )
}

/** Requests previews; the response to an earlier request is dropped. */
function usePreview(request: PreviewRequest, onProblems: RulePreviewProps['onProblems']) {
  const app = useApp()
  const [state, setState] = useState<State>({ kind: 'none' })
  const requested = useRef(0)
  useEffect(() => () => void requested.current++, [])
  const run = (range: PreviewRange) => {
    const number = ++requested.current
    setState({ kind: 'running' })
    ask(app, request, range).then(
      (preview) => {
        if (number !== requested.current) return
        setState({ kind: 'done', preview, of: request })
        onProblems([])
      },
      (error: unknown) => {
        if (number !== requested.current) return
        const problem = problemFrom(error)
        setState(problem.problems.length > 0 ? { kind: 'none' } : { kind: 'failed', problem })
        onProblems(problem.problems)
      },
    )
  }
  return { state, run }
}

const ask = ({ api, organization, now }: AppContext, request: PreviewRequest, range: PreviewRange): Promise<Preview> =>
  api.send(
    'POST',
    `/organizations/${organization.id}/alert-rules/preview`,
    { ...request, start: startOf(range, now()) },
    readPreview,
  )
