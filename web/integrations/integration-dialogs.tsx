// The dialogs before an integration is deleted, and before a webhook gets a new signing secret.
import type { JSX } from 'preact'
import { useRun } from '../api/use-run.ts'
import { useApp } from '../app/context.ts'
import { isolated } from '../locale/formats.ts'
import { Button, Dialog, ProblemNotice } from '../ui/index.ts'
import type { Integration } from './integration.ts'
import { readWithSecret } from './read-integration.ts'

type DeleteIntegrationProps = {
  readonly integration: Integration
  readonly path: string
  readonly onClose: () => void
  readonly onDeleted: () => void
}

/** Asks, and deletes. */
export function DeleteIntegration({ integration, path, onClose, onDeleted }: DeleteIntegrationProps): JSX.Element {
  const { api, t } = useApp()
  const { busy, problem, run } = useRun()
  const confirm = () =>
    run(async () => {
      await api.send('DELETE', path, undefined, () => null)
      onClose()
      onDeleted()
    })
  return (
    <Dialog title={t('integrations.delete.title', { name: isolated(integration.name) })} onClose={onClose}>
      <p>{t('integrations.delete.text')}</p>
      {problem && <ProblemNotice problem={problem} />}
      <div class="actions">
        <Button look="danger" busy={busy} onClick={confirm}>
          {t('integrations.delete.confirm')}
        </Button>
        <Button onClick={onClose}>{t('integrations.delete.cancel')}</Button>
      </div>
    </Dialog>
  )
}

type RotateSecretProps = {
  readonly path: string
  readonly onClose: () => void
  readonly onSecret: (secret: string) => void
}

/** Asks, and gives the new secret. */
export function RotateSecret({ path, onClose, onSecret }: RotateSecretProps): JSX.Element {
  const { api, t } = useApp()
  const { busy, problem, run } = useRun()
  const confirm = () =>
    run(async () => {
      const { signingSecret } = await api.send('POST', `${path}/rotate-secret`, undefined, readWithSecret)
      onClose()
      if (signingSecret !== null) onSecret(signingSecret)
    })
  return (
    <Dialog title={t('integrations.rotate.title')} onClose={onClose}>
      <p>{t('integrations.rotate.text')}</p>
      {problem && <ProblemNotice problem={problem} />}
      <div class="actions">
        <Button look="primary" busy={busy} onClick={confirm}>
          {t('integrations.rotate.confirm')}
        </Button>
        <Button onClick={onClose}>{t('integrations.rotate.cancel')}</Button>
      </div>
    </Dialog>
  )
}
