// What is known of an integration, in words: where it leads, what it is told, what is secret, and how it does.
import type { ComponentChildren, JSX } from 'preact'
import { useApp } from '../app/context.ts'
import type { Translate } from '../locale/i18n.ts'
import { Icon, Time } from '../ui/index.ts'
import { type AlertSubscription, type EventSubscription, type Integration, secretsOf } from './integration.ts'
import { HealthBadge, placeOf, StateBadge } from './integration-list.tsx'

/** The facts, and what keeps it from sending. */
export function IntegrationFacts({ integration }: { readonly integration: Integration }): JSX.Element {
  const { t } = useApp()
  const { target, disabled, health, alerts, events, template, createdAt, unreadableSecrets } = integration
  const secrets = secretsOf[target.kind].map(
    (name) => `${t(`integrations.form.${name}`)}: ${t('integrations.detail.set')}`,
  )
  return (
    <>
      {unreadableSecrets.length > 0 && (
        <Warning text={t('integrations.unreadable', { names: unreadableSecrets.join(', ') })} />
      )}
      {disabled?.reason === 'gone' && <Warning text={t('integrations.goneText')} />}
      <dl class="facts">
        <Fact name={t('integrations.kind')}>{t(`integrations.kinds.${target.kind}`)}</Fact>
        <Fact name={t('integrations.target')}>{placeOf(target)}</Fact>
        <Extras integration={integration} />
        <Fact name={t('integrations.state')}>
          <StateBadge integration={integration} />
        </Fact>
        <Fact name={t('integrations.health')}>
          <HealthBadge status={health.status} /> {health.reason}
        </Fact>
        {health.failingSince && (
          <Fact name={t('integrations.failingSince')}>
            <Time at={health.failingSince} />
          </Fact>
        )}
        <Fact name={t('integrations.lastSuccess')}>
          {health.lastSuccessAt ? <Time at={health.lastSuccessAt} /> : t('integrations.never')}
        </Fact>
        <Fact name={t('integrations.detail.alerts')}>{alertsInWords(alerts, t)}</Fact>
        <Fact name={t('integrations.detail.events')}>{eventsInWords(events, t)}</Fact>
        {template && (
          <Fact name={t('integrations.detail.template')}>
            <span class="template">{template}</span>
          </Fact>
        )}
        <Fact name={t('integrations.detail.secrets')}>{secrets.join(', ')}</Fact>
        <Fact name={t('integrations.detail.created')}>
          <Time at={createdAt} />
        </Fact>
      </dl>
    </>
  )
}

/** What only some kinds have. */
function Extras({ integration: { target } }: { readonly integration: Integration }): JSX.Element {
  const { t } = useApp()
  const { index, source, service, tags, batch, previousSecretUntil } = target
  return (
    <>
      {index && <Fact name={t('integrations.detail.index')}>{index}</Fact>}
      {source && <Fact name={t('integrations.detail.source')}>{source}</Fact>}
      {service && <Fact name={t('integrations.detail.service')}>{service}</Fact>}
      {tags.length > 0 && <Fact name={t('integrations.detail.tags')}>{tags.join(', ')}</Fact>}
      {batch && <Fact name={t('integrations.detail.posts')}>{t('integrations.detail.batched')}</Fact>}
      {previousSecretUntil && (
        <Fact name={t('integrations.detail.previousUntil')}>
          <Time at={previousSecretUntil} />
        </Fact>
      )}
    </>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }): JSX.Element {
  return (
    <>
      <dt>{name}</dt>
      <dd dir="auto">{children}</dd>
    </>
  )
}

function Warning({ text }: { readonly text: string }): JSX.Element {
  return (
    <p class="warning">
      <Icon name="warning" /> {text}
    </p>
  )
}

function alertsInWords(alerts: AlertSubscription | null, t: Translate): string {
  if (alerts === null) return t('integrations.detail.noAlerts')
  const { levels, rules, resolved } = alerts
  const named = levels?.map((level) => t(`rules.levels.${level}`)).join(', ')
  return [
    named === undefined ? t('integrations.detail.allLevels') : t('integrations.detail.someLevels', { levels: named }),
    rules === null ? t('integrations.detail.allRules') : t('integrations.detail.someRules', { count: rules.length }),
    ...(resolved ? [t('integrations.detail.resolved')] : []),
  ].join(', ')
}

function eventsInWords(events: EventSubscription | null, t: Translate): string {
  if (events === null) return t('integrations.detail.noEvents')
  const { types, filter } = events
  return [
    types === null ? t('integrations.detail.allTypes') : t('integrations.detail.someTypes', { count: types.length }),
    ...(filter === null ? [] : [t('integrations.detail.filtered')]),
  ].join(', ')
}
