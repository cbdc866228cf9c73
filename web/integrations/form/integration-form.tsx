// The form that creates or edits an integration. Typed secrets go to the app and nowhere else.
import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { ApiProblem } from '../../api/client.ts'
import { problemFrom } from '../../api/use-load.ts'
import { useApp } from '../../app/context.ts'
import { isolated } from '../../locale/formats.ts'
import type { TextKey } from '../../locale/i18n.ts'
import { Button, Field, Link, ProblemNotice, Select, Toggle, ViewHeading } from '../../ui/index.ts'
import { useUnsaved } from '../../ui/unsaved.tsx'
import type { Integration } from '../integration.ts'
import { readWithSecret } from '../read-integration.ts'
import { secrets, type TargetKind, targetKinds, targets } from '../targets.ts'
import { AlertsField } from './alerts-field.tsx'
import { bodyOf, type Draft, draftOf, errorsAt, missingIn, newDraft } from './draft.ts'
import { EventsField } from './events-field.tsx'
import type { Form } from './form.ts'
import { TargetFields } from './target-fields.tsx'
import { TemplateField } from './template-field.tsx'

type IntegrationFormProps = {
  readonly integration: Integration | null
  /** The path to go back to. */
  readonly back: string
  /** With the signing secret if this response is the one that shows it. */
  readonly onSaved: (integration: Integration, signingSecret: string | null) => void
}

/** The form. */
export function IntegrationForm({ integration, back, onSaved }: IntegrationFormProps): JSX.Element {
  const { t } = useApp()
  const form = useForm(integration, onSaved)
  const { draft, change, errorAt, busy } = form
  return (
    <form
      class="integration-form"
      noValidate
      autocomplete="off"
      onSubmit={(event) => {
        event.preventDefault()
        form.save()
      }}
    >
      <ViewHeading
        title={
          integration
            ? t('integrations.form.editTitle', { name: isolated(integration.name) })
            : t('integrations.form.newTitle')
        }
      />
      <FormProblem form={form} />
      <fieldset>
        <legend>{t('integrations.form.what')}</legend>
        <Field
          label={t('integrations.form.name')}
          hint={t('integrations.form.nameHint')}
          error={errorAt('name')}
          value={draft.name}
          maxLength={100}
          autocomplete="off"
          onText={(name) => change({ name })}
        />
        <Select
          label={t('integrations.form.kind')}
          hint={integration ? t('integrations.form.kindFixed') : ''}
          error={errorAt('target.kind')}
          value={draft.kind}
          disabled={integration !== null}
          options={targetKinds.map((kind) => ({ value: kind, label: t(`integrations.kinds.${kind}`) }))}
          onChoose={(value) => change({ kind: targetKinds.find((kind) => kind === value) ?? draft.kind })}
        />
      </fieldset>
      <TargetFields form={form} />
      <AlertsField form={form} />
      <EventsField form={form} />
      <TemplateField form={form} />
      <Toggle
        label={t('integrations.form.enabled')}
        checked={draft.enabled}
        onToggle={(enabled) => change({ enabled })}
      />
      <div class="actions">
        <Button type="submit" look="primary" busy={busy}>
          {t(integration ? 'integrations.form.save' : 'integrations.form.add')}
        </Button>
        <Link class="button plain" to={back}>
          {t('integrations.form.cancel')}
        </Link>
      </div>
      {form.dialog}
    </form>
  )
}

/** The label of a field that is missing, by the API's name of it. */
function labelOf(path: string, kind: TargetKind): TextKey {
  if (path === 'name') return 'integrations.form.name'
  if (path === 'subscriptions.alerts.levels') return 'integrations.form.levels'
  const secret = targets[kind].secrets.find((name) => path === `target.${name}`)
  if (secret !== undefined) return secrets[secret].label
  return targets[kind].fields.find(({ name }) => path === `target.${name}`)?.label ?? 'integrations.form.name'
}

type WholeForm = Form & {
  readonly missing: readonly string[]
  readonly problem: ApiProblem | null
  readonly busy: boolean
  /** How often it was refused. */
  readonly tries: number
  save(): void
  /** Asks before what is typed is lost; null while there is nothing to ask. */
  readonly dialog: JSX.Element | null
}

/** What is wrong, above the form. It gets the focus when it appears. */
function FormProblem({
  form: {
    problem,
    missing,
    tries,
    draft: { kind },
  },
}: {
  readonly form: WholeForm
}): JSX.Element | null {
  const { t } = useApp()
  const container = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (tries > 0) container.current?.focus()
  }, [tries])
  if (missing.length === 0 && problem === null) return null
  return (
    <div class="form-problem" ref={container} tabIndex={-1}>
      {problem ? (
        <ProblemNotice problem={problem} />
      ) : (
        <p class="error" role="alert">
          {t('integrations.form.problems', {
            names: missing.map((path) => t(labelOf(path, kind))).join(', '),
          })}
        </p>
      )}
    </div>
  )
}

function useForm(integration: Integration | null, onSaved: IntegrationFormProps['onSaved']): WholeForm {
  const { api, organization, t } = useApp()
  const [begin] = useState(() => (integration ? draftOf(integration) : newDraft))
  const [draft, setDraft] = useState(begin)
  const [missing, setMissing] = useState<readonly string[]>([])
  const [problem, setProblem] = useState<ApiProblem | null>(null)
  const [busy, setBusy] = useState(false)
  const [tries, setTries] = useState(0)
  const { dialog, release } = useUnsaved(draft !== begin)

  const failed = (paths: readonly string[], found: ApiProblem | null) => {
    setMissing(paths)
    setProblem(found)
    setBusy(false)
    setTries((last) => last + 1)
  }
  const save = () => {
    const paths = missingIn(draft, integration === null)
    if (paths.length > 0) return failed(paths, null)
    setBusy(true)
    const path = `/organizations/${organization.id}/integrations`
    const sent = integration
      ? api.send('PUT', `${path}/${integration.id}`, bodyOf(draft), readWithSecret)
      : api.send('POST', path, bodyOf(draft), readWithSecret)
    sent.then(
      (saved) => {
        release()
        onSaved(saved.integration, saved.signingSecret)
      },
      (error: unknown) => failed([], problemFrom(error)),
    )
  }
  // What was missing at the last try and still is.
  const still = missingIn(draft, integration === null).filter((path) => missing.includes(path))
  const errorAt = (path: string): string | null => {
    if (still.includes(path)) return t('integrations.form.missing')
    return errorsAt(problem?.errors ?? {}, path).join(' ') || null
  }
  const change = (changes: Partial<Draft>) => setDraft((before) => ({ ...before, ...changes }))
  return { draft, change, errorAt, integration, missing: still, problem, busy, tries, save, dialog }
}
