// One integration: its state and subscriptions, a test with its result, deliveries and failures.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { ApiProblem } from '../api/client.ts'
import { problemFrom } from '../api/use-load.ts'
import { useApp } from '../app/context.ts'
import { Button, Link, ProblemNotice, Spinner, Toggle, ViewHeading } from '../ui/index.ts'
import { DeliveryTable } from './deliveries/delivery-table.tsx'
import { FailedTable } from './deliveries/failed-table.tsx'
import { type TestState, useTest } from './deliveries/use-test.ts'
import { bodyOf, draftOf } from './form/draft.ts'
import type { Integration } from './integration.ts'
import { DeleteIntegration, RotateSecret } from './integration-dialogs.tsx'
import { IntegrationFacts } from './integration-facts.tsx'
import { readIntegration } from './read-integration.ts'
import { targets } from './targets.ts'

type IntegrationDetailProps = {
  readonly integration: Integration
  /** The paths of the list and of the form. */
  readonly list: string
  readonly editPath: string
  readonly onChanged: () => void
  readonly onSecret: (secret: string) => void
  readonly onDeleted: () => void
}

/** Shows an integration. */
export function IntegrationDetail(props: IntegrationDetailProps): JSX.Element {
  const { integration, list, editPath, onChanged, onSecret, onDeleted } = props
  const { organization, t } = useApp()
  const [question, ask] = useState<'delete' | 'rotate' | null>(null)
  const [round, setRound] = useState(0)
  const path = `/organizations/${organization.id}/integrations/${integration.id}`
  const tried = () => {
    setRound((last) => last + 1)
    onChanged()
  }
  const test = useTest(path, tried)
  const maySend = integration.disabled === null && integration.unreadableSecrets.length === 0
  return (
    <div class="integration">
      <p class="way-back">
        <Link to={list}>{t('integrations.back')}</Link>
      </p>
      <ViewHeading title={integration.name}>
        <Button look="primary" busy={test.state.kind === 'sending'} disabled={!maySend} onClick={test.send}>
          {t('integrations.detail.test')}
        </Button>
        <Link class="button plain" to={editPath}>
          {t('integrations.detail.edit')}
        </Link>
        {targets[integration.target.kind].rotates && (
          <Button onClick={() => ask('rotate')}>{t('integrations.detail.rotate')}</Button>
        )}
        <Button onClick={() => ask('delete')}>{t('integrations.detail.delete')}</Button>
      </ViewHeading>
      <Switch integration={integration} path={path} onChanged={onChanged} />
      <div role="status">
        <TestResult state={test.state} />
      </div>
      {test.state.kind === 'refused' && <ProblemNotice problem={test.state.problem} />}
      <IntegrationFacts integration={integration} />
      <FailedTable path={path} round={round} maySend={maySend} onReplayed={tried} />
      <DeliveryTable path={path} round={round} onReload={tried} />
      {question === 'delete' && (
        <DeleteIntegration integration={integration} path={path} onDeleted={onDeleted} onClose={() => ask(null)} />
      )}
      {question === 'rotate' && (
        <RotateSecret
          path={path}
          onClose={() => ask(null)}
          onSecret={(secret) => {
            onChanged()
            onSecret(secret)
          }}
        />
      )}
    </div>
  )
}

type SwitchProps = { readonly integration: Integration; readonly path: string; readonly onChanged: () => void }

/** On or off: replaces the whole integration; secrets that are not sent stay. */
function Switch({ integration, path, onChanged }: SwitchProps): JSX.Element {
  const { api, say, t } = useApp()
  const [problem, setProblem] = useState<ApiProblem | null>(null)
  const { name, disabled } = integration
  const turn = (enabled: boolean) => {
    setProblem(null)
    api.send('PUT', path, bodyOf({ ...draftOf(integration), enabled }), readIntegration).then(
      () => {
        say(t(enabled ? 'integrations.detail.switchedOn' : 'integrations.detail.switchedOff', { name }))
        onChanged()
      },
      (error: unknown) => {
        setProblem(problemFrom(error))
        onChanged()
      },
    )
  }
  return (
    <>
      <Toggle label={t('integrations.detail.enabled')} checked={disabled === null} onToggle={turn} />
      {problem && <ProblemNotice problem={problem} />}
    </>
  )
}

function TestResult({ state }: { readonly state: TestState }): JSX.Element | null {
  const { t } = useApp()
  switch (state.kind) {
    case 'sending':
      return <Spinner label={t('integrations.test.sending')} />
    case 'slow':
      return <p class="test-result slow">{t('integrations.test.slow')}</p>
    case 'tried': {
      const { outcome, latencyMs, error } = state.attempt
      const isTimed = outcome === 'delivered' && latencyMs !== null
      const text = isTimed
        ? t('integrations.test.deliveredIn', { ms: Math.round(latencyMs) })
        : t(`integrations.test.${outcome}`, { error: error ?? '' })
      return <p class={`test-result ${outcome}`}>{text}</p>
    }
    default:
      return null
  }
}
