// The facts of an integration: where it sends, its subscriptions, its secrets, and its health.
import type { JSX } from 'preact'
import { useApp } from '../app/context.ts'
import type { Translate } from '../locale/i18n.ts'
import { Fact, Icon, Time } from '../ui/index.ts'
import type { AlertSubscription, EventSubscription, Integration } from './integration.ts'
import { HealthBadge, StateBadge } from './integration-list.tsx'
import { destinationOf, linesOf, perDefault, secrets, type Target, type TargetField, targets } from './targets.ts'

/** The facts, and warnings if it cannot send. */
export function IntegrationFacts({ integration }: { readonly integration: Integration }): JSX.Element {
  const { t } = useApp()
  const { target, disabled, health, alerts, events, template, createdAt, unreadableSecrets } = integration
  const set = targets[target.kind].secrets.map((name) => `${t(secrets[name].label)}: ${t('integrations.detail.set')}`)
  return (
    <>
      {unreadableSecrets.length > 0 && (
        <Warning text={t('integrations.unreadable', { names: unreadableSecrets.join(', ') })} />
      )}
      {disabled?.reason === 'gone' && <Warning text={t('integrations.goneText')} />}
      <dl class="facts">
        <Fact name={t('integrations.kind')}>{t(`integrations.kinds.${target.kind}`)}</Fact>
        <Fact name={t('integrations.target')}>{destinationOf(target)}</Fact>
        <TargetFacts target={target} />
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
        <Fact name={t('integrations.detail.alerts')}>{alertsText(alerts, target.kind, t)}</Fact>
        <Fact name={t('integrations.detail.events')}>{eventsText(events, t)}</Fact>
        {template && (
          <Fact name={t('integrations.detail.template')}>
            <span class="template">{template}</span>
          </Fact>
        )}
        <Fact name={t('integrations.detail.secrets')}>{set.join(', ')}</Fact>
        <Fact name={t('integrations.detail.created')}>
          <Time at={createdAt} />
        </Fact>
      </dl>
    </>
  )
}

/** The fields that only some targets have; the one that says where it sends is shown above. */
function TargetFacts({ target }: { readonly target: Target }): JSX.Element {
  const { t } = useApp()
  const { fields, shownBy } = targets[target.kind]
  return (
    <>
      {fields
        .filter(({ name }) => name !== shownBy)
        .map((field) => (
          <FieldFact key={field.name} field={field} target={target} />
        ))}
      {target.previousSecretUntil && (
        <Fact name={t('integrations.detail.previousUntil')}>
          <Time at={target.previousSecretUntil} />
        </Fact>
      )}
    </>
  )
}

/** A field that is filled in; nothing for one that is empty, or off. */
function FieldFact({ field, target }: { readonly field: TargetField; readonly target: Target }): JSX.Element | null {
  const { t } = useApp()
  const value = target.fields[field.name]
  if (!value) return null
  if (field.kind === 'switch') return <Fact name={t(field.fact.label)}>{t(field.fact.text)}</Fact>
  return <Fact name={t(field.label)}>{linesOf(String(value)).join(', ')}</Fact>
}

function Warning({ text }: { readonly text: string }): JSX.Element {
  return (
    <p class="warning">
      <Icon name="warning" /> {text}
    </p>
  )
}

function alertsText(alerts: AlertSubscription | null, kind: Target['kind'], t: Translate): string {
  if (alerts === null) return t('integrations.detail.noAlerts')
  const { levels, rules, resolved } = alerts
  const per = alerts.per ?? perDefault(kind)
  const named = levels?.map((level) => t(`rules.levels.${level}`)).join(', ')
  return [
    named === undefined ? t('integrations.detail.allLevels') : t('integrations.detail.someLevels', { levels: named }),
    rules === null ? t('integrations.detail.allRules') : t('integrations.detail.someRules', { count: rules.length }),
    t(`integrations.detail.pers.${per}`),
    ...(resolved ? [t(`integrations.detail.ends.${per}`)] : []),
  ].join(', ')
}

function eventsText(events: EventSubscription | null, t: Translate): string {
  if (events === null) return t('integrations.detail.noEvents')
  const { types, filter } = events
  return [
    types === null ? t('integrations.detail.allTypes') : t('integrations.detail.someTypes', { count: types.length }),
    ...(filter === null ? [] : [t('integrations.detail.filtered')]),
  ].join(', ')
}
