// The button that says that one knows of an alert, and what became of it.
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { useApp } from '../app/context.ts'
import { isolated } from '../locale/formats.ts'
import { Button, Link, problemText, Time } from '../ui/index.ts'
import type { Alert } from './alert.ts'
import type { Acknowledging } from './use-acknowledge.ts'

export type AcknowledgeProps = {
  readonly alert: Alert
  readonly acknowledging: Acknowledging
  /** What people call a user. */
  readonly people: (userId: string) => string
  /** The path of the open alert to look at next. */
  readonly next: string | null
}

/** Shows the button; once the alert is acknowledged, who did it and the way on. The focus stays in here. */
export function Acknowledge({ alert, acknowledging, people, next }: AcknowledgeProps): JSX.Element {
  const { t } = useApp()
  const place = useRef<HTMLDivElement>(null)
  const pressed = useRef(false)
  const attempt = acknowledging.attemptOf(alert.id)
  const done = alert.state === 'acknowledged' && attempt === undefined
  useEffect(() => {
    if (done && pressed.current) place.current?.focus()
    pressed.current = false
  }, [done])

  return (
    <div class="acknowledge" ref={place} tabIndex={-1}>
      {done ? (
        <>
          <p>
            {alert.acknowledgedBy && t('alerts.acknowledge.by', { user: isolated(people(alert.acknowledgedBy)) })}{' '}
            {alert.acknowledgedAt && <Time at={alert.acknowledgedAt} />}
          </p>
          {next !== null && <Link to={next}>{t('alerts.acknowledge.next')}</Link>}
        </>
      ) : (
        <Button
          look="primary"
          busy={attempt?.kind === 'sending'}
          onClick={() => {
            pressed.current = true
            acknowledging.acknowledge(alert)
          }}
        >
          {t(attempt?.kind === 'sending' ? 'alerts.acknowledge.sending' : 'alerts.acknowledge.button')}
        </Button>
      )}
      {attempt?.kind === 'failed' && (
        <p class="error">{t('alerts.acknowledge.failed', { problem: problemText(attempt.problem, t) })}</p>
      )}
    </div>
  )
}
