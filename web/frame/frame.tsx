// The frame around a view: navigation, choice of organization, the person's menu, and the banner of outages.
import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { ApiProblem } from '../api/client.ts'
import { type OrganizationInfo, useApp } from '../app/context.ts'
import { operationsPath, type Place, pathTo, type ViewName, viewNames } from '../app/router.ts'
import { Button, Icon, Link, problemText, Select } from '../ui/index.ts'
import { languageOptions, type Theme, themes } from './preferences.ts'
import type { SignedInProps } from './props.ts'

type FrameProps = SignedInProps & {
  readonly organizations: readonly OrganizationInfo[]
  readonly view: Place | null
  readonly isOperator: boolean
  may(view: ViewName): boolean
  readonly children: ComponentChildren
}

export function Frame({ organizations, view, isOperator, may, children, ...signedIn }: FrameProps): JSX.Element {
  const { t } = useApp()
  return (
    <div class="frame">
      <a class="skip" href="#content">
        {t('core.skip')}
      </a>
      <header class="side">
        <p class="brand">{t('core.name')}</p>
        <OrganizationChoice organizations={organizations} view={view} />
        {view !== null && <Navigation view={view} may={may} isOperator={isOperator} />}
        <Menu {...signedIn} />
      </header>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
    </div>
  )
}

function OrganizationChoice({ organizations, view }: Pick<FrameProps, 'organizations' | 'view'>): JSX.Element | null {
  const { t, go, organization } = useApp()
  const isListed = organizations.some(({ id }) => id === organization.id)
  if (organizations.length === 0 || (organizations.length === 1 && isListed)) {
    return <p class="organization">{organization.name ?? organization.id}</p>
  }
  // An operator may be elsewhere: at another organization, or at none.
  const listed = isListed ? organizations : [organization, ...organizations]
  const options = listed.map(({ id, name }) => ({ value: id, label: name ?? (id || t('core.organization')) }))
  return (
    <div class="organization">
      <Select
        label={t('core.organization')}
        labelHidden
        value={organization.id}
        options={options}
        onChoose={(id) => {
          const chosen = organizations.find((each) => each.id === id)
          if (chosen === undefined) return
          const same = view === null || view === 'operations' ? 'overview' : view
          go(pathTo(id, chosen.mayManage ? same : 'events'))
        }}
      />
    </div>
  )
}

type NavigationProps = Pick<FrameProps, 'isOperator' | 'may'> & { readonly view: Place }

function Navigation({ view, may, isOperator }: NavigationProps): JSX.Element {
  const { t, organization } = useApp()
  const ref = useRef<HTMLElement>(null)
  // On phones the views stand in a row that is wider than the screen. (`scrollIntoView` would move where Tab begins.)
  useEffect(() => {
    const row = ref.current
    const shown = row?.querySelector<HTMLElement>('[aria-current]')
    if (row && shown) row.scrollLeft = shown.offsetLeft - row.offsetLeft - (row.clientWidth - shown.offsetWidth) / 2
  }, [view])
  return (
    <nav ref={ref} aria-label={t('core.navigation')}>
      <ul>
        {viewNames.filter(may).map((each) => (
          <li key={each}>
            <Link to={pathTo(organization.id, each)} aria-current={each === view ? 'page' : undefined}>
              {t(`core.views.${each}`)}
            </Link>
          </li>
        ))}
        {isOperator && (
          <li>
            <Link to={operationsPath} aria-current={view === 'operations' ? 'page' : undefined}>
              {t('core.views.operations')}
            </Link>
          </li>
        )}
      </ul>
    </nav>
  )
}

function Menu({ preferences, userName, version, signOut, language, chooseLanguage }: SignedInProps): JSX.Element {
  const { t } = useApp()
  const [theme, setTheme] = useState<Theme>(preferences.theme())
  return (
    <details class="menu">
      <summary>{userName ?? t('core.menu')}</summary>
      <div class="menu-body">
        {userName && <p>{t('core.signedInAs', { name: userName })}</p>}
        <Select
          label={t('core.theme.label')}
          value={theme}
          options={themes.map((each) => ({ value: each, label: t(`core.theme.${each}`) }))}
          onChoose={(value) => {
            const chosen = themes.find((each) => each === value) ?? 'system'
            preferences.setTheme(chosen)
            setTheme(chosen)
          }}
        />
        {languageOptions.length > 1 && (
          <Select label={t('core.language')} value={language} options={languageOptions} onChoose={chooseLanguage} />
        )}
        <Button onClick={() => void signOut()}>{t('core.signOut')}</Button>
        <p class="hint">{t('core.version', { version })}</p>
      </div>
    </details>
  )
}

type BannerProps = Pick<SignedInProps, 'connection' | 'ended'> & { readonly signIn: () => void }

/** An outage of the API while it lasts; and that the sign-in has ended, if leaving would lose input. */
export function Banner({ connection, ended, signIn }: BannerProps): JSX.Element {
  const { t, announce } = useApp()
  const [outage, setOutage] = useState(connection.current())
  useEffect(
    () =>
      connection.subscribe(() => {
        const now = connection.current()
        setOutage((before) => {
          if (before !== null && now === null) announce(t('core.connection.restored'))
          return now
        })
      }),
    [connection, announce, t],
  )
  return (
    <div role="status" class="banners">
      {outage && (
        <div class="banner">
          <Icon name="warning" />
          <p>
            {problemText(new ApiProblem(outage.status, ''), t)}{' '}
            {t('core.connection.again', { seconds: Math.ceil(outage.pauseMs / 1_000) })}
          </p>
          <Button onClick={connection.tryNow}>{t('core.connection.now')}</Button>
        </div>
      )}
      {ended && (
        <div class="banner">
          <Icon name="warning" />
          <p>
            {ended.reason === null ? t('core.signIn.ended') : t('core.signIn.notRenewed', { reason: ended.reason })}
          </p>
          <Button onClick={signIn}>{t('core.signIn.again')}</Button>
        </div>
      )}
    </div>
  )
}
