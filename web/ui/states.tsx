// The states of a view: loading, empty, failed.
import type { ComponentChildren, JSX } from 'preact'
import type { ApiProblem } from '../api/client.ts'
import { useApp } from '../app/context.ts'
import type { Translate } from '../locale/i18n.ts'
import { Button } from './button.tsx'
import { Icon } from './icons.tsx'

/** Loading; the label is read out. */
export function Spinner({ label }: { readonly label: string }): JSX.Element {
  return (
    <p class="spinner" role="status">
      <span class="turning" aria-hidden="true" />
      {label}
    </p>
  )
}

/** Nothing to show, and perhaps what to do about it. */
export function Empty({
  text,
  children,
}: {
  readonly text: string
  readonly children?: ComponentChildren
}): JSX.Element {
  return (
    <div class="empty">
      <p>{text}</p>
      {children}
    </div>
  )
}

type ProblemNoticeProps = {
  readonly problem: ApiProblem
  readonly onRetry?: () => void
  /** Fields, by the API's names of them, that say themselves what is wrong with them. */
  readonly fields?: readonly string[]
}

/** A failure as text, and a way to try again. */
export function ProblemNotice({ problem, onRetry, fields = [] }: ProblemNoticeProps): JSX.Element {
  const { t } = useApp()
  const others = Object.entries(problem.errors).filter(([name]) => !fields.includes(name))
  return (
    <div class="problem-notice" role="alert">
      <Icon name="warning" />
      <div>
        <p>{problemText(problem, t)}</p>
        {others.map(([name, messages]) => (
          <p key={name}>
            <code>{name}</code> {messages.join(' ')}
          </p>
        ))}
      </div>
      {onRetry && <Button onClick={onRetry}>{t('core.retry')}</Button>}
    </div>
  )
}

/** A problem in one sentence: what it means for the page, or the API's message. */
export function problemText({ status, message }: ApiProblem, t: Translate): string {
  if (status === 0) return t('core.problem.unreachable')
  if (status === -1) return t('core.problem.notUnderstood', { message })
  if (status === 401) return t('core.problem.signedOut')
  if (status === 404) return t('core.problem.missing')
  if (status >= 500) return t('core.problem.outage', { status })
  return message
}
