// The integrations of an organization: where its alerts and events go, and whether they arrive.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { useLoad } from '../api/use-load.ts'
import { useApp } from '../app/context.ts'
import { pathWith } from '../app/router.ts'
import { useArrival } from '../app/use-arrival.ts'
import { Button, Copy, Empty, Link, ProblemNotice, Spinner, ViewHeading } from '../ui/index.ts'
import { IntegrationForm } from './form/integration-form.tsx'
import type { Integration } from './integration.ts'
import { IntegrationDetail } from './integration-detail.tsx'
import { SigningSecret } from './integration-dialogs.tsx'
import { IntegrationList } from './integration-list.tsx'
import { readIntegrations } from './read-integration.ts'

type ShownSecret = { readonly name: string; readonly secret: string }

/** Shows the list, one integration, or the form: `integration` and `edit` of the address say which. */
export function IntegrationsView(): JSX.Element {
  const { api, organization, t } = useApp()
  const path = `/organizations/${organization.id}/integrations`
  const known = useLoad((signal) => api.get(path, readIntegrations, signal), [path])
  // In memory only, while its dialog is open.
  const [shown, show] = useState<ShownSecret | null>(null)
  useArrival(shown ? null : 'shown')
  const { value, problem } = known
  if (problem?.status === 404) return <SwitchedOff onRetry={known.reload} />
  return (
    <>
      {!value && <ViewHeading title={t('integrations.title')} />}
      {problem && <ProblemNotice problem={problem} onRetry={known.reload} />}
      {!value && !problem && <Spinner label={t('integrations.loading')} />}
      {value && <Known integrations={value} reload={known.reload} show={show} />}
      {shown && <SigningSecret name={shown.name} secret={shown.secret} onClose={() => show(null)} />}
    </>
  )
}

type KnownProps = {
  readonly integrations: readonly Integration[]
  readonly reload: () => void
  readonly show: (shown: ShownSecret) => void
}

function Known({ integrations, reload, show }: KnownProps): JSX.Element {
  const app = useApp()
  const { query, go, t, say } = app
  const [edited, chosen] = [query.get('edit'), query.get('integration')]
  useArrival(`${edited} ${chosen}`)
  const named = integrations.find(({ id }) => id === (edited ?? chosen))
  const list = pathWith(app, 'integrations', { integration: null, edit: null })
  const saved = ({ id, name }: Integration, secret: string | null) => {
    if (secret !== null) show({ name, secret })
    say(t(edited === 'new' ? 'integrations.form.added' : 'integrations.form.saved', { name }))
    reload()
    go(pathWith(app, 'integrations', { edit: null, integration: id }))
  }
  if (edited === 'new') return <IntegrationForm key="new" integration={null} back={list} onSaved={saved} />
  if (edited !== null && named) {
    const back = pathWith(app, 'integrations', { edit: null, integration: named.id })
    return <IntegrationForm key={named.id} integration={named} back={back} onSaved={saved} />
  }
  if (named) {
    const editPath = pathWith(app, 'integrations', { edit: named.id, integration: null })
    return (
      <IntegrationDetail
        key={named.id}
        integration={named}
        list={list}
        editPath={editPath}
        onChanged={reload}
        onSecret={(secret) => show({ name: named.name, secret })}
        onDeleted={() => {
          say(t('integrations.delete.done', { name: named.name }))
          reload()
          go(list)
        }}
      />
    )
  }
  return (
    <>
      <ViewHeading title={t('integrations.title')}>
        <Link class="button primary" to={pathWith(app, 'integrations', { edit: 'new', integration: null })}>
          {t('integrations.new')}
        </Link>
      </ViewHeading>
      <p class="lead">{t('integrations.lead')}</p>
      {(edited ?? chosen) !== null && <Empty text={t('integrations.unknown')} />}
      {integrations.length === 0 ? (
        <Empty text={t('integrations.none')}>
          <p>{t('integrations.noneHint')}</p>
        </Empty>
      ) : (
        <IntegrationList
          integrations={integrations}
          open={(id) => pathWith(app, 'integrations', { integration: id, edit: null })}
        />
      )}
    </>
  )
}

const keyCommand = 'echo "k1:$(openssl rand -base64 32)"'

/** What the operator must set before there are integrations. */
function SwitchedOff({ onRetry }: { readonly onRetry: () => void }): JSX.Element {
  const { t } = useApp()
  return (
    <>
      <ViewHeading title={t('integrations.title')} />
      <section class="integrations-off">
        <h2>{t('integrations.off.title')}</h2>
        <p>{t('integrations.off.text')}</p>
        <p class="command">
          <code>{keyCommand}</code> <Copy text={keyCommand} label={t('integrations.off.command')} />
        </p>
        <p class="hint">{t('integrations.off.more')}</p>
        <Button onClick={onRetry}>{t('integrations.off.again')}</Button>
      </section>
    </>
  )
}
