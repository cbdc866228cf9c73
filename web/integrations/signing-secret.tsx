// A webhook's signing secret, shown once: closing the dialog removes it from the page.
import type { JSX } from 'preact'
import { useApp } from '../app/context.ts'
import { isolated } from '../locale/formats.ts'
import { Button, Copy, Dialog } from '../ui/index.ts'

type SigningSecretProps = { readonly name: string; readonly secret: string; readonly onClose: () => void }

/** Shows a secret, to be copied. */
export function SigningSecret({ name, secret, onClose }: SigningSecretProps): JSX.Element {
  const { t } = useApp()
  return (
    <Dialog title={t('integrations.secret.title')} onClose={onClose} class="signing-secret">
      <p>{t('integrations.secret.text', { name: isolated(name) })}</p>
      <p class="command">
        <code>{secret}</code>
      </p>
      <div class="actions">
        <Copy text={secret} label={t('integrations.secret.label')} caption={t('integrations.secret.copy')} />
        <Button look="primary" onClick={onClose}>
          {t('integrations.secret.done')}
        </Button>
      </div>
    </Dialog>
  )
}
