// The button that acknowledges an alert, and its result.
import type { JSX } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { useApp } from '../app/context.ts'
import { isolated } from '../locale/formats.ts'
import { Button, Link, problemText, Time } from '../ui/index.ts'
import type { Alert } from './alert.ts'
import type { Acknowledging } from './use-acknowledge.ts'

export type AcknowledgeProps = {
  readonly alert: Alert
  readonly acknowledging: Acknowledging
  /** The name of a user. */
  readonly nameOf: (userId: string) => string
  /** The path of the open alert to look at next. */
  readonly next: string | null
}

/** Shows the button; once the alert is acknowledged, who did it and the next alert. The focus stays inside. */
export function Acknowledge({ alert, acknowledging, nameOf, next }: AcknowledgeProps): JSX.Element {
  const { t } = useApp()
  const container = useRef<HTMLDivElement>(null)
  const pressed = useRef(false)
  const attempt = acknowledging.attemptOf(alert.id)
  const done = alert.state === 'acknowledged' && attempt === undefined
  // Before the next key: the button that had the focus is gone.
  useLayoutEffect(() => {
    if (done && pressed.current) container.current?.focus()
    pressed.current = false
  }, [done])

  return (
    <div class="acknowledge" ref={container} tabIndex={-1}>
      {done ? (
        <>
          <p>
            {alert.acknowledgedBy && t('alerts.acknowledge.by', { user: isolated(nameOf(alert.acknowledgedBy)) })}{' '}
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
