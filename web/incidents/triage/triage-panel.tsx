// What people did to an incident, and the buttons to act on it. The focus stays inside when a button goes.
import type { JSX } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { useApp } from '../../app/context.ts'
import { isolated } from '../../locale/formats.ts'
import { Time } from '../../ui/index.ts'
import type { Incident } from '../incident.ts'
import { type Closing, doerName } from './triage.ts'
import { TriageButtons } from './triage-buttons.tsx'
import type { Act } from './use-triage.ts'

/** What can be done to an incident in a state. */
const kindsIn = {
  open: ['acknowledge', 'assign', 'close'],
  muted: ['acknowledge', 'assign', 'close'],
  acknowledged: ['assign', 'close', 'reopen'],
  closed: ['reopen', 'assign'],
} as const

type TriagePanelProps = { readonly incident: Incident; readonly act: Act }

/** Shows both. */
export function TriagePanel({ incident, act }: TriagePanelProps): JSX.Element {
  const { t } = useApp()
  const { id, state, acknowledged, closed, closedBefore } = incident
  const container = useRef<HTMLDivElement>(null)
  const shown = useRef(state)
  // Before the next key: the button that had the focus may be gone.
  useLayoutEffect(() => {
    if (shown.current !== state && document.activeElement === document.body) container.current?.focus()
    shown.current = state
  }, [state])
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group that takes the focus when its content changes.
    <div class="triage" ref={container} tabIndex={-1} role="group" aria-label={t('incidents.triage.title')}>
      {acknowledged && state === 'acknowledged' && (
        <p>
          {t('incidents.triage.acknowledged', { user: isolated(doerName(acknowledged)) })} <Time at={acknowledged.at} />
        </p>
      )}
      {closed && <ClosingText closing={closed} />}
      {closedBefore && <ClosingText closing={closedBefore} reopened />}
      <TriageButtons incidentIds={[id]} kinds={kindsIn[state]} act={act} />
    </div>
  )
}

type ClosingTextProps = { readonly closing: Closing; readonly reopened?: boolean }

function ClosingText({ closing, reopened = false }: ClosingTextProps): JSX.Element {
  const { t } = useApp()
  const { verdict, reason, at } = closing
  const values = { verdict: t(`incidents.verdict.${verdict}`), user: isolated(doerName(closing)) }
  return (
    <div>
      <p>
        {t(reopened ? 'incidents.triage.closedBefore' : 'incidents.triage.closed', values)} <Time at={at} />
      </p>
      {reason && (
        <blockquote>
          <bdi>{reason}</bdi>
        </blockquote>
      )}
    </div>
  )
}
