// The dialogs before an integration is deleted, before a webhook gets a new signing secret, and with that secret.
import type { JSX } from 'preact'
import { useApp } from '../app/context.ts'
import { isolated } from '../locale/formats.ts'
import { Question, ShownOnce } from '../ui/index.ts'
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
  return (
    <Question
      title={t('integrations.delete.title', { name: isolated(integration.name) })}
      text={t('integrations.delete.text')}
      confirm={t('integrations.delete.confirm')}
      onClose={onClose}
      onConfirm={async () => {
        await api.send('DELETE', path, undefined, () => null)
        onDeleted()
      }}
    />
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
  return (
    <Question
      title={t('integrations.rotate.title')}
      text={t('integrations.rotate.text')}
      confirm={t('integrations.rotate.confirm')}
      look="primary"
      onClose={onClose}
      onConfirm={async () => {
        const { signingSecret } = await api.send('POST', `${path}/rotate-secret`, undefined, readWithSecret)
        if (signingSecret !== null) onSecret(signingSecret)
      }}
    />
  )
}

type SigningSecretProps = { readonly name: string; readonly secret: string; readonly onClose: () => void }

/** Shows a webhook's signing secret, to be copied. */
export function SigningSecret({ name, secret, onClose }: SigningSecretProps): JSX.Element {
  const { t } = useApp()
  return (
    <ShownOnce
      title={t('integrations.secret.title')}
      text={t('integrations.secret.text', { name: isolated(name) })}
      values={[{ name: t('integrations.form.secret'), value: secret }]}
      onClose={onClose}
    />
  )
}
