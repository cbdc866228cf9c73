// Where an integration leads to, by its kind. Secrets that are kept are never shown, and stay when their field is empty.
import type { JSX } from 'preact'
import { useApp } from '../../app/context.ts'
import { Field, Select, Toggle } from '../../ui/index.ts'
import { Area } from '../../ui/text-area.tsx'
import { datadogSites, type SecretName, secretsOf } from '../integration.ts'
import type { Form } from './integration-form.tsx'

/** The fields of the chosen kind. */
export function TargetFields({ form }: { readonly form: Form }): JSX.Element {
  const { t } = useApp()
  const { kind } = form.draft
  return (
    <fieldset>
      <legend>{t('integrations.form.where')}</legend>
      <p class="hint">{t(`integrations.form.hints.${kind}`)}</p>
      {secretsOf[kind].map((name) => (
        <SecretField key={`${kind} ${name}`} name={name} form={form} />
      ))}
      <OtherFields form={form} />
    </fieldset>
  )
}

const examples = {
  'slack-webhook': 'https://hooks.slack.com/services/…',
  'slack-bot': '',
  teams: 'https://….logic.azure.com/…',
  webhook: 'https://…',
  hec: 'https://…:8088',
  datadog: '',
} as const

function SecretField({ name, form }: { readonly name: SecretName; readonly form: Form }): JSX.Element {
  const { t } = useApp()
  const { draft, integration, change, errorAt } = form
  const made = name === 'secret' && !integration ? t('integrations.form.secretHint') : ''
  const isReadable = integration !== null && !integration.unreadableSecrets.includes(name)
  const kept = integration ? t(isReadable ? 'integrations.form.isSet' : 'integrations.form.isNotSet') : ''
  return (
    <Field
      // Addresses are secrets too, but nobody types one without seeing it.
      type={name === 'url' ? 'url' : 'password'}
      label={t(`integrations.form.${name}`)}
      hint={made || kept}
      error={errorAt(`target.${name}`)}
      value={draft.secrets[name]}
      placeholder={name === 'url' && !integration ? examples[draft.kind] : ''}
      autocomplete={name === 'url' ? 'off' : 'new-password'}
      spellcheck={false}
      onText={(text) => change({ secrets: { ...draft.secrets, [name]: text } })}
    />
  )
}

/** What is not secret. */
function OtherFields({ form }: { readonly form: Form }): JSX.Element | null {
  const { t } = useApp()
  const { draft, change, errorAt } = form
  const label = (name: 'index' | 'source' | 'service') => (
    <Field
      key={name}
      label={t(`integrations.form.${name}`)}
      hint={t('integrations.form.optional')}
      error={errorAt(`target.${name}`)}
      value={draft[name]}
      maxLength={100}
      autocomplete="off"
      onText={(text) => change({ [name]: text })}
    />
  )
  switch (draft.kind) {
    case 'slack-bot':
      return (
        <Field
          label={t('integrations.form.channel')}
          hint={t('integrations.form.channelHint')}
          error={errorAt('target.channel')}
          value={draft.channel}
          autocomplete="off"
          onText={(channel) => change({ channel })}
        />
      )
    case 'webhook':
      return (
        <Toggle label={t('integrations.form.batch')} checked={draft.batch} onToggle={(batch) => change({ batch })} />
      )
    case 'hec':
      return (
        <>
          {label('index')}
          {label('source')}
        </>
      )
    case 'datadog':
      return (
        <>
          <Select
            label={t('integrations.form.site')}
            error={errorAt('target.site')}
            value={draft.site}
            options={datadogSites.map((site) => ({ value: site, label: site }))}
            onChoose={(site) => change({ site })}
          />
          {label('service')}
          <Area
            label={t('integrations.form.tags')}
            hint={t('integrations.form.tagsHint')}
            error={errorAt('target.tags')}
            value={draft.tags}
            onText={(tags) => change({ tags })}
          />
        </>
      )
    default:
      return null
  }
}
