// The schemas of openapi.yaml as types, written by `npm run api-types`.

export type Guid = string
export type GuidOrNull = string | null
export type GivenGuid = string
export type GivenGuidOrNull = string | null
export type Date = string
export type Opaque = string
export type TextOrNull = string | null
export type EventType = number
export type DeviceType = number | null
export type SystemUser = number | null
export type InvalidRequest = Error & {
  errors?: {}
}
export type DropReason =
  | 'malformed'
  | 'type-unknown'
  | 'type-not-collectable'
  | 'item-missing'
  | 'item-unreachable'
  | 'organization-missing'
  | 'organization-unknown'
  | 'not-a-member'
  | 'events-off'
  | 'phishing-blocker-off'
export type NextToken = string | null
export type Count = number
export type LastSeen = Date | null
export type TimesOrNull = Times | null
export type DateOrNull = Date | null
export type ActorKind = 'person' | 'machine'
export type MemberStatus = -1 | 0 | 1 | 2 | 3
export type MemberType = 0 | 1 | 2 | 4
export type GoodSecrets = {
  createdAt: Date
  validUntil: Date | null
}[]
export type ApiKeyWithSecret = ApiKey & {
  clientId: string
  clientSecret: string
}
export type ServerKeyWithSecret = ServerKey & {
  clientSecret: string
}
export type AlertLevel = 'informational' | 'low' | 'medium' | 'high' | 'critical'
export type AlertState = 'open' | 'muted' | 'acknowledged'
export type IncidentState = 'open' | 'muted' | 'acknowledged' | 'closed'
export type IncidentAssignee = {
  id: Guid
  name: string | null
} | null
export type IncidentVerdict = 'true-positive' | 'false-positive' | 'expected'
export type TriageAction =
  | {
      kind: 'acknowledge'
    }
  | {
      kind: 'assign'
      assignee: GivenGuid | null
    }
  | {
      kind: 'close'
      verdict: IncidentVerdict
      reason: string
    }
  | {
      kind: 'reopen'
    }
  | {
      kind: 'comment'
      text: string
    }
export type WorkingDay = {
  start: string
  end: string
} | null
export type TimeOfDay = string
export type WaitingLimit = 'low' | 'medium' | 'high'
export type QuietHours = {
  from: TimeOfDay
  to: TimeOfDay
  passLevel: WaitingLimit
} | null
export type Digest = {
  at: TimeOfDay | null
  below: WaitingLimit
} | null
export type ListKind = 'networks' | 'people' | 'items' | 'serviceAccounts' | 'text'
export type Span = string
export type SpanOrNull = Span | null
export type AlertRuleWithText = AlertRule & {
  text: string
  warnings: RuleWarnings
}
export type RuleWarnings = {
  line: number
  column: number
  member: string
  reason: 'custom-member' | 'unknown-code' | 'unknown-list' | 'empty-list' | 'no-place-data' | 'empty-group-by'
  message: string
}[]
export type EventFilter =
  | {
      field: string
      operator: 'equals' | 'notEquals'
      value: FilterValue
    }
  | {
      field: string
      operator: 'in' | 'notIn'
      value: FilterValue[]
    }
  | {
      and: EventFilter[]
    }
  | {
      or: EventFilter[]
    }
export type FilterValue = string | number | boolean | null
export type GivenTarget =
  | {
      kind: 'slack-webhook'
      url?: string
    }
  | {
      kind: 'slack-bot'
      token?: string
      channel: string
    }
  | {
      kind: 'teams'
      url?: string
    }
  | {
      kind: 'webhook'
      url?: string
      secret?: string
      batch?: boolean
    }
  | {
      kind: 'hec'
      url?: string
      token?: string
      index?: string | null
      source?: string | null
    }
  | {
      kind: 'datadog'
      site: DatadogSite
      apiKey?: string
      service?: string | null
      tags?: string[]
    }
  | {
      kind: 'pagerduty'
      site: PagerDutySite
      routingKey?: string
    }
  | {
      kind: 'opsgenie'
      site: OpsgenieSite
      apiKey?: string
    }
  | {
      kind: 'email'
      host: string
      port: MailPort
      user: string
      password?: string
      from: MailAddress
      to: MailAddress[]
    }
  | {
      kind: 'acs-email'
      host: string
      accessKey?: string
      from: MailAddress
      to: MailAddress[]
    }
export type DatadogSite =
  | 'datadoghq.com'
  | 'us3.datadoghq.com'
  | 'us5.datadoghq.com'
  | 'datadoghq.eu'
  | 'ap1.datadoghq.com'
  | 'ap2.datadoghq.com'
  | 'ddog-gov.com'
export type PagerDutySite = 'events.pagerduty.com' | 'events.eu.pagerduty.com'
export type OpsgenieSite = 'api.opsgenie.com' | 'api.eu.opsgenie.com' | 'api.atlassian.com'
export type MailPort = number
export type MailAddress = string
export type Target =
  | {
      kind: 'slack-webhook' | 'teams'
      host: string
      url: SecretSet
    }
  | {
      kind: 'slack-bot'
      channel: string
      token: SecretSet
    }
  | {
      kind: 'webhook'
      host: string
      batch: boolean
      previousSecretUntil: Date | null
      url: SecretSet
      secret: SecretSet
    }
  | {
      kind: 'hec'
      host: string
      index: TextOrNull
      source: TextOrNull
      url: SecretSet
      token: SecretSet
    }
  | {
      kind: 'datadog'
      site: DatadogSite
      service: TextOrNull
      tags: string[]
      apiKey: SecretSet
    }
  | {
      kind: 'pagerduty'
      site: PagerDutySite
      routingKey: SecretSet
    }
  | {
      kind: 'opsgenie'
      site: OpsgenieSite
      apiKey: SecretSet
    }
  | {
      kind: 'email'
      host: string
      port: MailPort
      user: string
      from: string
      to: string[]
      password: SecretSet
    }
  | {
      kind: 'acs-email'
      host: string
      from: string
      to: string[]
      accessKey: SecretSet
    }
export type IntegrationState =
  | {
      kind: 'active'
    }
  | {
      kind: 'disabled'
      reason: 'gone' | 'switched-off'
      at: Date
    }
export type Integration = IntegrationBase
export type SigningSecret = string
export type NewIntegration = IntegrationBase & {
  signingSecret?: SigningSecret
}
export type RotatedIntegration = IntegrationBase & {
  signingSecret: SigningSecret
}
export type SourceRegion = 'us' | 'eu' | 'self-hosted'
export type SourceProblem =
  | 'address-invalid'
  | 'not-https'
  | 'address-not-public'
  | 'name-unknown'
  | 'unreachable'
  | 'tls-failed'
  | 'timed-out'
  | 'cut-off'
  | 'redirected'
  | 'too-large'
  | 'not-json'
  | 'not-bitwarden'
  | 'key-refused'
  | 'access-refused'
  | 'no-events'
  | 'dates-crowded'
  | 'not-found'
  | 'rate-limited'
  | 'server-failing'
  | 'refused'
  | 'clock-wrong'
  | 'entries-unreadable'
  | 'members-missing'
  | 'secret-unreadable'
export type GivenName = string | null
export type GivenMemberStatus = MemberStatus | number | string
export type GivenMemberType = MemberType | 3 | string

export interface Schemas {
  [k: string]: unknown
}
export interface Error {
  object: 'error'
  message: string
  errors: {
    [k: string]: string[]
  } | null
}
export interface InvalidRule {
  object: 'error'
  message: string
  errors: {
    text: string[]
  }
  problems: {
    line: number
    column: number
    member: string
    reason: string
    message: string
  }[]
}
export interface TokenError {
  error:
    | 'invalid_request'
    | 'invalid_client'
    | 'invalid_grant'
    | 'invalid_scope'
    | 'unsupported_grant_type'
    | 'temporarily_unavailable'
  error_description: string
}
export interface SubmittedEvent {
  type: EventType
  cipherId?: GivenGuidOrNull
  organizationId?: GivenGuidOrNull
  date?: string | null
}
export interface CollectReceipt {
  accepted: number
  dropped: {
    index: number
    reason: DropReason
  }[]
}
export interface ServerEvent {
  Type?: EventType | string
  Date?: string | null
  IdempotencyId?: string | null
  OrganizationId?: GivenGuidOrNull
  ProviderId?: GivenGuidOrNull
  UserId?: GivenGuidOrNull
  ActingUserId?: string | null
  CipherId?: GivenGuidOrNull
  CollectionId?: GivenGuidOrNull
  GroupId?: GivenGuidOrNull
  PolicyId?: GivenGuidOrNull
  OrganizationUserId?: GivenGuidOrNull
  ProviderUserId?: GivenGuidOrNull
  ProviderOrganizationId?: GivenGuidOrNull
  InstallationId?: GivenGuidOrNull
  SecretId?: GivenGuidOrNull
  ProjectId?: GivenGuidOrNull
  ServiceAccountId?: GivenGuidOrNull
  GrantedServiceAccountId?: GivenGuidOrNull
  SendId?: GivenGuidOrNull
  DeviceType?: DeviceType | string
  SystemUser?: SystemUser | string
  IpAddress?: string | null
  DomainName?: string | null
  ClientDate?: string | null
}
export interface ServerReceipt {
  accepted: number
  dropped: {
    index: number
    reason: 'malformed' | 'owner-missing' | 'type-reserved' | 'organization-not-allowed'
  }[]
}
export interface MemberEvent {
  object: 'event'
  id: Guid
  type: EventType
  userId: GuidOrNull
  organizationId: GuidOrNull
  providerId: GuidOrNull
  cipherId: GuidOrNull
  collectionId: GuidOrNull
  groupId: GuidOrNull
  policyId: GuidOrNull
  organizationUserId: GuidOrNull
  providerUserId: GuidOrNull
  providerOrganizationId: GuidOrNull
  actingUserId: GuidOrNull
  installationId: GuidOrNull
  secretId: GuidOrNull
  projectId: GuidOrNull
  serviceAccountId: GuidOrNull
  grantedServiceAccountId: GuidOrNull
  sendId: GuidOrNull
  objectId: GuidOrNull
  date: Date
  deviceType: DeviceType
  ipAddress: TextOrNull
  systemUser: SystemUser
  domainName: TextOrNull
  objectName: TextOrNull
  clientDate: string | null
  actingUserName?: TextOrNull
  actingUserEmail?: TextOrNull
  memberName?: TextOrNull
  groupName?: TextOrNull
  collectionName?: TextOrNull
  policyName?: TextOrNull
  itemName?: TextOrNull
  itemCritical?: boolean | null
}
export interface PublicEvent {
  object: 'event'
  id: Guid
  type: EventType
  itemId: GuidOrNull
  collectionId: GuidOrNull
  groupId: GuidOrNull
  policyId: GuidOrNull
  memberId: GuidOrNull
  actingUserId: GuidOrNull
  installationId: GuidOrNull
  date: Date
  device: DeviceType
  ipAddress: TextOrNull
  secretId: GuidOrNull
  projectId: GuidOrNull
  serviceAccountId: GuidOrNull
  actingUserName?: TextOrNull
  actingUserEmail?: TextOrNull
  memberName?: TextOrNull
  groupName?: TextOrNull
  collectionName?: TextOrNull
  policyName?: TextOrNull
  itemName?: TextOrNull
  itemCritical?: boolean | null
}
export interface MemberEventList {
  object: 'list'
  data: MemberEvent[]
  continuationToken: NextToken
}
export interface PublicEventList {
  object: 'list'
  data: PublicEvent[]
  continuationToken: NextToken
}
export interface SearchSuggestionList {
  object: 'list'
  data: SearchSuggestion[]
}
export interface SearchSuggestion {
  key: 'who' | 'member' | 'item' | 'collection' | 'group' | 'policy'
  value: string
  name: string
  id: Guid | null
  gone: boolean
}
export interface MemberFeedPage {
  object: 'list'
  data: MemberEvent[]
  cursor: Opaque
  more: boolean
}
export interface PublicFeedPage {
  object: 'list'
  data: PublicEvent[]
  cursor: Opaque
  more: boolean
}
export interface OcsfEvent {
  class_uid: number
  category_uid: number
  activity_id: number
  activity_name?: string
  type_uid: number
  severity_id: number
  status_id: number
  time: number
  message: string
  metadata: {
    version: string
    product: {}
    uid: Guid
    event_code: string
    original_time: Date
  }
  actor: {}
  device: {}
  unmapped: {}
}
export interface Caller {
  object: 'caller'
  userId: Guid
  name: string | null
  email: string | null
  isOperator: boolean
}
export interface OrganizationList {
  object: 'list'
  data: {
    object: 'organization'
    id: Guid
    name: string | null
    role: 'owner' | 'admin' | 'custom' | 'user' | 'reader' | 'provider'
    mayManage: boolean
  }[]
}
export interface Summary {
  object: 'summary'
  start: string
  end: string
  days: {
    date: string
    events: Count
    byCategory: {
      user?: Count
      item?: Count
      collection?: Count
      group?: Count
      member?: Count
      organization?: Count
      policy?: Count
      'provider-user'?: Count
      'provider-organization'?: Count
      domain?: Count
      secret?: Count
      project?: Count
      'service-account'?: Count
      'phishing-blocker'?: Count
      send?: Count
      keytrail?: Count
      other?: Count
    }
    failedLogins: Count
    views: number
    copies: number
  }[]
  users: {
    userId: Guid
    name: TextOrNull
    email: TextOrNull
    events: Count
    failedLogins: Count
    views: Count
    copies: Count
    lastSeen: LastSeen
  }[]
  addresses: {
    ipAddress: string
    events: Count
  }[]
  membersNotSeen: {
    memberId: Guid
    userId: GuidOrNull
    name: TextOrNull
    email: TextOrNull
    lastSeen: LastSeen
  }[]
  membersNotSeenTotal: number
  upTo: Date | null
}
export interface Times {
  count: number
  firstAt: Date
  lastAt: Date
}
export interface Actor {
  object: 'actor'
  kind: ActorKind
  id: Guid
  name: TextOrNull
  email: TextOrNull
  memberId: GuidOrNull
  role: 'owner' | 'admin' | 'custom' | 'user' | null
  status: 'revoked' | 'invited' | 'accepted' | 'confirmed' | 'staged' | null
  twoStepLogin: boolean | null
  isFormer: boolean
  groups: {
    id: Guid
    name: TextOrNull
  }[]
  days: {
    date: string
    events: number
    logins: Count
    failedLogins: Count
    firstAt: DateOrNull
    lastAt: DateOrNull
  }[]
  addresses: {
    address: string
    events: number
    logins: Count
    failedLogins: Count
    firstAt: DateOrNull
    lastAt: DateOrNull
  }[]
  devices: {
    deviceType: number
    name: TextOrNull
    events: number
    logins: Count
    failedLogins: Count
    firstAt: DateOrNull
    lastAt: DateOrNull
  }[]
  upTo: Date | null
}
export interface PersonList {
  object: 'list'
  data: {
    id: Guid
    name: TextOrNull
    email: TextOrNull
    memberId: GuidOrNull
    role: 'owner' | 'admin' | 'custom' | 'user' | null
    status: 'revoked' | 'invited' | 'accepted' | 'confirmed' | 'staged' | null
    twoStepLogin: boolean | null
    isFormer: boolean
    groups: {
      id: Guid
      name: TextOrNull
    }[]
  }[]
  isPartial: boolean
}
export interface Uses {
  object: 'list'
  data: {
    kind: 'item' | 'secret'
    id: Guid
    name: TextOrNull
    isCritical: boolean
    isDeleted: boolean | null
    edited: TimesOrNull
    deleted: TimesOrNull
    restored: TimesOrNull
    seen: Times | null
    viewed: number
    revealed: number
    copied: Count
    filled: Count
    read: number
    changed: Times | null
    isChangedSince: boolean | null
  }[]
  isPartial: boolean
}
export interface ItemUse {
  object: 'item' | 'secret'
  id: Guid
  name: TextOrNull
  isCritical: boolean
  isDeleted: boolean | null
  collections: {
    id: Guid
    name: TextOrNull
  }[]
  edited: TimesOrNull
  deleted: TimesOrNull
  restored: TimesOrNull
  actors: {
    kind: ActorKind
    id: Guid
    name: TextOrNull
    email: TextOrNull
    seen: Times | null
    viewed: number
    revealed: number
    copied: Count
    filled: Count
    read: number
    changed: Times | null
    isChangedSince: boolean | null
  }[]
  upTo: Date | null
}
export interface AddressUse {
  object: 'address'
  address: string
  actors: {
    kind: ActorKind
    id: Guid
    name: TextOrNull
    email: TextOrNull
    events: number
    logins: Count
    failedLogins: Count
    firstAt: DateOrNull
    lastAt: DateOrNull
  }[]
  upTo: Date | null
}
export interface CollectionAccess {
  id: Guid
  readOnly: boolean
  hidePasswords: boolean
  manage: boolean
}
export interface Subscription {
  passwordManager: {
    seats: null
    maxAutoScaleSeats: null
    storage: null
  }
  secretsManager: null
}
export interface PublicMember {
  object: 'member'
  id: Guid
  userId: GuidOrNull
  name: TextOrNull
  email: string
  twoFactorEnabled: boolean
  status: MemberStatus
  type: MemberType
  externalId: TextOrNull
  permissions: {} | null
  collections: CollectionAccess[] | null
  resetPasswordEnrolled: boolean
  ssoExternalId: TextOrNull
}
export interface PublicGroup {
  object: 'group'
  id: Guid
  name: string
  externalId: TextOrNull
  collections: CollectionAccess[]
}
export interface PublicCollection {
  object: 'collection'
  id: Guid
  externalId: TextOrNull
  groups: CollectionAccess[]
}
export interface PublicPolicy {
  object: 'policy'
  id: Guid
  type: number
  enabled: boolean
  data: {} | null
}
export interface PublicMemberList {
  object: 'list'
  data: PublicMember[]
}
export interface PublicGroupList {
  object: 'list'
  data: PublicGroup[]
}
export interface PublicCollectionList {
  object: 'list'
  data: PublicCollection[]
}
export interface PublicPolicyList {
  object: 'list'
  data: PublicPolicy[]
}
export interface ApiKey {
  object: 'apiKey'
  id: Guid
  name: string
  createdAt: Date
  secrets: GoodSecrets
}
export interface ApiKeyList {
  object: 'list'
  data: ApiKey[]
  continuationToken: null
}
export interface ServerKey {
  object: 'serverKey'
  id: Guid
  name: string
  createdAt: Date
  secrets: GoodSecrets
  organizations: Guid[] | null
  clientId: string
}
export interface ServerKeyList {
  object: 'list'
  data: ServerKey[]
  continuationToken: null
}
export interface CreatedOrganization {
  object: 'organization'
  id: Guid
  name: string
}
export interface OrganizationHealth {
  object: 'organizationHealth'
  id: Guid
  name: string | null
  enabled: boolean | null
  members: number | null
  lastEventAt: Date | null
  sources: {
    id: Guid
    name: string
    kind: string
    status: string
    lagSeconds: number | null
  }[]
}
export interface OrganizationHealthList {
  object: 'list'
  data: OrganizationHealth[]
  continuationToken: string | null
}
export interface Alert {
  object: 'alert'
  id: Guid
  ruleId: Guid
  incidentId: GuidOrNull
  title: string
  level: AlertLevel
  tags: string[]
  state: AlertState
  active: boolean
  muted: boolean
  group: {
    name: string
    value: string
    label: string | null
  }[]
  from: Date
  to: Date
  firstEventAt: Date
  endsAt: Date | null
  count: number
  atLeast: boolean
  threshold: number
  heldBack: number
  summary: string
  response: string | null
  samples: MemberEvent[]
  places: {
    ipAddress: string
    country: string | null
    networkNumber: number | null
    networkName: string | null
    isHosting: boolean | null
  }[]
  link: string
  acknowledgedAt: Date | null
  acknowledgedBy: GuidOrNull
}
export interface AlertList {
  object: 'list'
  data: Alert[]
  continuationToken: string | null
}
export interface Incident {
  object: 'incident'
  id: Guid
  title: string
  level: AlertLevel
  from: Date
  to: Date
  alertCount: number
  state: IncidentState
  assignee: IncidentAssignee
  acknowledged: IncidentAct | null
  closed: IncidentClosing | null
  closedBefore: IncidentClosing | null
  entities: IncidentEntity[]
}
export interface IncidentAct {
  by: Guid
  byName: string | null
  at: Date
}
export interface IncidentClosing {
  verdict: IncidentVerdict
  reason: string
  by: Guid
  byName: string | null
  at: Date
}
export interface IncidentEntity {
  kind: 'person' | 'machine' | 'member' | 'address'
  value: string
  label: string | null
}
export interface IncidentList {
  object: 'list'
  data: Incident[]
  continuationToken: string | null
}
export interface IncidentWithAlerts {
  object: 'incident'
  id: Guid
  title: string
  level: AlertLevel
  from: Date
  to: Date
  alertCount: number
  state: IncidentState
  assignee: IncidentAssignee
  acknowledged: IncidentAct | null
  closed: IncidentClosing | null
  closedBefore: IncidentClosing | null
  entities: IncidentEntity[]
  alerts: Alert[]
  story: IncidentStory
  timeline: IncidentTimelineEntry[]
  comments: IncidentComment[]
}
export interface IncidentStory {
  sentence: string
  who: {
    kind: 'person' | 'machine' | 'member'
    value: string
    label: string | null
    role: 'acted' | 'target'
  }[]
  addresses: {
    address: string
    isNew: boolean
    firstAt: Date | null
    lastAt: Date | null
    eventCount: number
    place: null | {
      country: string | null
      networkNumber: number | null
      networkName: string | null
      isHosting: boolean | null
    }
  }[]
  taken: {
    itemCount: number
    criticalCount: number
    secretCount: number
    items: {
      itemId: Guid
      name: string | null
      isCritical: boolean
      how: ('viewed' | 'revealed' | 'copied' | 'autofilled')[]
      at: Date
      changedAt: Date | null
    }[]
    exports: {
      eventId: Guid
      at: Date
      what: 'organization' | 'individual'
      by: string
    }[]
  }
  whatToDo: string[]
  isPartial: boolean
}
export interface IncidentTimelineEntry {
  date: Date
  until: Date
  kind: 'alert' | 'events'
  alertId: GuidOrNull
  eventId: GuidOrNull
  eventCount: number
  ipAddress: string | null
  isSuspicious: boolean
  text: string
}
export interface IncidentComment {
  id: Guid
  by: Guid
  byName: string | null
  at: Date
  text: string
}
export interface TriageResults {
  object: 'list'
  data: {
    id: Guid
    result: 'changed' | 'unchanged' | 'full' | 'notFound'
    incident: Incident | null
  }[]
}
export interface AlertMute {
  object: 'alertMute'
  id: Guid
  ruleId: Guid
  title: string
  group:
    | {
        name: string
        value: string
      }[]
    | null
  until: Date
  mutedAt: Date
  mutedBy: Guid
}
export interface AlertMuteList {
  object: 'list'
  data: AlertMute[]
  continuationToken: null
}
export interface GivenConditions {
  actingUserIds?: GivenGuid[]
  networks?: string[]
  cipherIds?: GivenGuid[]
  serviceAccountIds?: GivenGuid[]
  types?: number[]
  hours?: GivenHours
}
export interface GivenHours {
  from: string
  to: string
  weekdays?: ('Monday' | 'Tuesday' | 'Wednesday' | 'Thursday' | 'Friday' | 'Saturday' | 'Sunday')[]
  zone?: string
}
export interface ExceptionConditions {
  actingUserIds?: Guid[]
  networks?: string[]
  cipherIds?: Guid[]
  serviceAccountIds?: Guid[]
  types?: number[]
  hours?: DailyHours
}
export interface DailyHours {
  from: string
  to: string
  weekdays: ('Monday' | 'Tuesday' | 'Wednesday' | 'Thursday' | 'Friday' | 'Saturday' | 'Sunday')[]
  zone: string
}
export interface WorkingHours {
  Monday: WorkingDay
  Tuesday: WorkingDay
  Wednesday: WorkingDay
  Thursday: WorkingDay
  Friday: WorkingDay
  Saturday: WorkingDay
  Sunday: WorkingDay
}
export interface Holiday {
  date: string
  name: string | null
}
export interface AlertingHours {
  object: 'alertingHours'
  isDefault: boolean
  timeZone: string
  workingHours: WorkingHours
  holidays: Holiday[]
  quietHours: QuietHours
  digest: Digest
}
export interface AlertException {
  object: 'alertException'
  id: Guid
  ruleId: GuidOrNull
  title: string | null
  conditions: ExceptionConditions
  reason: string
  until: Date | null
  createdAt: Date
  createdBy: Guid
}
export interface RuleVerdictsList {
  object: 'list'
  data: RuleVerdicts[]
  isPartial: boolean
}
export interface RuleVerdicts {
  ruleId: Guid
  title: string
  incidents: number
  open: number
  truePositives: number
  falsePositives: number
  expected: number
  exceptions: {
    conditions: ExceptionConditions
    incidents: number
  }[]
}
export interface AlertExceptionList {
  object: 'list'
  data: AlertException[]
  continuationToken: null
}
export interface ValueList {
  object: 'valueList'
  name: string
  kind: ListKind
  values: string[]
  known: boolean
  changedAt: Date | null
  changedBy: GuidOrNull
}
export interface ValueListList {
  object: 'list'
  data: ValueList[]
  continuationToken: null
}
export interface RuleSettings {
  enabled: boolean | null
  level: AlertLevel | null
  timespan: SpanOrNull
  repeat: SpanOrNull
  threshold: number | null
  sensitivity: number | null
}
export interface GivenRuleSettings {
  enabled?: boolean | null
  level?: AlertLevel | null
  timespan?: SpanOrNull
  repeat?: SpanOrNull
  threshold?: number | null
  sensitivity?: number | null
}
export interface AlertRule {
  object: 'alertRule'
  id: Guid
  title: string
  description: TextOrNull
  level: AlertLevel
  status: 'stable' | 'test' | 'experimental' | 'deprecated' | 'unsupported' | null
  tags: string[]
  falsePositives: string[]
  response: string | null
  kind: 'event' | 'event-count' | 'value-count' | 'temporal' | 'temporal-ordered' | 'abnormal-rate' | 'risk' | 'absence'
  groupBy: string[]
  timespan: SpanOrNull
  repeat: Span
  threshold: number | null
  sensitivity: number | null
  shipped: boolean
  alwaysOn: boolean
  enabled: boolean
  settings: RuleSettings
  savedAt: Date | null
  savedBy: GuidOrNull
}
export interface AlertRuleList {
  object: 'list'
  data: AlertRule[]
  continuationToken: null
}
export interface AlertPreview {
  object: 'alertPreview'
  start: Date
  end: Date
  events: number
  days: {
    date: string
    matches: number
    alerts: number
  }[]
  alerts: Alert[]
  alertsTotal: number
  learning: number
  warnings: RuleWarnings
  counts: 'kept' | 'anew' | 'none' | null
}
export interface AlertSubscription {
  levels?: AlertLevel[] | null
  rules?: GivenGuid[] | null
  per?: ('incident' | 'alert') | null
  resolved?: boolean
}
export interface EventSubscription {
  types?: EventType[] | null
  filter?: EventFilter | null
}
export interface Subscriptions {
  alerts?: AlertSubscription | null
  events?: EventSubscription | null
}
export interface IntegrationEntry {
  name: string
  target: GivenTarget
  subscriptions?: Subscriptions
  template?: string | null
  enabled?: boolean
}
export interface SecretSet {
  set: boolean
}
export interface IntegrationHealth {
  status: 'untried' | 'healthy' | 'failing' | 'unhealthy'
  failingSince: Date | null
  lastSuccessAt: Date | null
  reason: string | null
}
export interface IntegrationBase {
  object: 'integration'
  id: Guid
  name: string
  target: Target
  subscriptions: Subscriptions & {
    alerts: unknown
    events: unknown
  }
  template: TextOrNull
  enabled: boolean
  state: IntegrationState
  createdAt: Date
  createdBy: Guid
  unreadableSecrets: ('url' | 'token' | 'secret' | 'apiKey' | 'routingKey' | 'password' | 'accessKey')[]
  health: IntegrationHealth
}
export interface IntegrationList {
  object: 'list'
  data: Integration[]
  continuationToken: null
}
export interface NewSource {
  kind: 'bitwarden-api'
  name: string
  region: SourceRegion
  url?: string | null
  clientId: string
  clientSecret: string
}
export interface SourceChange {
  name?: string
  paused?: boolean
  region?: SourceRegion
  url?: string | null
  clientSecret?: string
}
export interface SourceCheck {
  object: 'sourceCheck'
  ok: boolean
  problem: SourceProblem | null
  message: string
}
export interface Source {
  object: 'source'
  id: Guid
  kind: 'bitwarden-api'
  name: string
  region: SourceRegion
  apiUrl: string
  identityUrl: string
  clientId: string
  paused: boolean
  createdAt: Date
  status: 'new' | 'history' | 'current' | 'failing' | 'paused'
  message: string
  lastPullAt: Date | null
  nextPullAt: Date | null
  lagSeconds: number | null
  eventsPulled: number
  requestsToday: number
  requestsYesterday: number
  history: {
    done: boolean
    reachedBack: Date | null
    events: number
  }
  directory: {
    pulledAt: Date
    members: number
    groups: number
    collections: number
    policies: number
  } | null
  lastError: {
    at: Date
    reason: SourceProblem
    message: string
  } | null
}
export interface SourceList {
  object: 'list'
  data: Source[]
  continuationToken: null
}
export interface IntegrationTest {
  object: 'integrationTest'
  id: Guid
}
export interface Delivery {
  object: 'delivery'
  at: Date
  outcome: 'delivered' | 'retry' | 'failed' | 'gone'
  error: string | null
  latencyMs: number | null
  notificationIds: Guid[]
}
export interface DeliveryList {
  object: 'list'
  data: Delivery[]
  continuationToken: null
}
export interface FailedNotification {
  object: 'failedNotification'
  id: Guid
  kind: 'alert' | 'resolved' | 'incident' | 'event' | 'notice' | 'test'
  aboutId: GuidOrNull
  aboutName: string | null
  at: Date
  failedAt: Date
  failures: number
  error: string | null
}
export interface FailedNotificationList {
  object: 'list'
  data: FailedNotification[]
  continuationToken: string | null
}
export interface Replay {
  object: 'replay'
  replayed: number
}
export interface IssuerMetadata {
  issuer: string
  jwks_uri: string
  token_endpoint: string
  grant_types_supported:
    | ['client_credentials']
    | ['client_credentials', 'urn:ietf:params:oauth:grant-type:token-exchange']
    | ['client_credentials', 'urn:ietf:params:oauth:grant-type:token-exchange', 'authorization_code']
  scopes_supported: ['api.organization', 'api.events.write']
  token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic']
  response_types_supported: ['token']
  subject_types_supported: ['public']
  id_token_signing_alg_values_supported: ['ES256'] | ['RS256']
}
export interface KeySet {
  keys: (
    | {
        kty: 'EC'
        crv: 'P-256'
        x: Opaque
        y: Opaque
        kid: Opaque
        alg: 'ES256'
        use: 'sig'
      }
    | {
        kty: 'RSA'
        n: Opaque
        e: Opaque
        kid: Opaque
        alg: 'RS256'
        use: 'sig'
      }
  )[]
}
export interface GivenCollectionAccess {
  id: GivenGuid
  readOnly?: boolean
  hidePasswords?: boolean
  manage?: boolean
}
export interface OrganizationEntry {
  name: string
  enabled?: boolean
  useEvents?: boolean
  usePhishingBlocker?: boolean
  providerId?: GivenGuidOrNull
  members?: MemberEntry[] | null
  groups?: GroupEntry[]
  collections?: CollectionEntry[]
  policies?: PolicyEntry[]
  items?: ItemEntry[]
}
export interface MemberEntry {
  id: GivenGuid
  userId?: GivenGuidOrNull
  name?: GivenName
  email?: GivenName
  twoFactorEnabled?: boolean
  status: GivenMemberStatus
  type: GivenMemberType
  externalId?: GivenName
  permissions?: {} | null
  accessAll?: boolean
  collections?: GivenCollectionAccess[] | null
  groups?: GivenGuid[]
  resetPasswordEnrolled?: boolean
  ssoExternalId?: GivenName
}
export interface GroupEntry {
  id: GivenGuid
  name?: GivenName
  externalId?: GivenName
  accessAll?: boolean
  collections?: GivenCollectionAccess[] | null
}
export interface CollectionEntry {
  id: GivenGuid
  name?: GivenName
  externalId?: GivenName
  groups?: GivenCollectionAccess[] | null
}
export interface PolicyEntry {
  id: GivenGuid
  name?: GivenName
  type: number
  enabled?: boolean
  data?: {} | null
}
export interface ItemEntry {
  id: GivenGuid
  collections?: GivenGuid[]
  name?: string
  critical?: boolean
}
export interface ProviderEntry {
  name: string
  enabled?: boolean
  useEvents?: boolean
  users?: {
    id: GivenGuid
    userId?: GivenGuidOrNull
    name?: GivenName
    email?: GivenName
    type: 0 | 1
    status: GivenMemberStatus
  }[]
}
export interface Health {
  status: 'healthy' | 'unhealthy'
  deadLetters: number | null
  damagedRows: {
    count: number
    rows: {
      table: string
      partitionKey: string
      rowKey: string
      reason: string
    }[]
  } | null
  checks: {
    queue: 'ok' | 'failing'
    table: 'ok' | 'failing'
    directory: 'ok' | 'failing'
    evaluation: 'ok' | 'failing'
    alerts: 'ok' | 'failing'
    rules: 'ok' | 'failing'
  }
}
